package dev.coatcheck.servlet;

import dev.coatcheck.Coatcheck;
import dev.coatcheck.testkit.AdapterFixture;
import dev.coatcheck.testkit.Wire;
import jakarta.servlet.http.HttpServlet;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Set;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.apache.catalina.Context;
import org.apache.catalina.startup.Tomcat;
import org.apache.tomcat.util.descriptor.web.ErrorPage;
import org.eclipse.jetty.ee11.servlet.ErrorPageErrorHandler;
import org.eclipse.jetty.ee11.servlet.FilterHolder;
import org.eclipse.jetty.ee11.servlet.ServletContextHandler;
import org.eclipse.jetty.ee11.servlet.ServletHolder;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;

/** The two servlet containers that the filter is tested in. */
final class Containers {
    private static final Logger TOMCAT = Logger.getLogger("org.apache");

    static {
        TOMCAT.setLevel(Level.SEVERE);
    }

    private Containers() {}

    static AdapterFixture.Running jetty(Coatcheck coatcheck, HttpServlet servlet) throws Exception {
        return jetty(coatcheck, servlet, "");
    }

    /** At this context path, without a slash at its end. */
    static AdapterFixture.Running jetty(Coatcheck coatcheck, HttpServlet servlet, String context) throws Exception {
        Server server = new Server();
        ServerConnector connector = new ServerConnector(server);
        connector.setHost("127.0.0.1");
        server.addConnector(connector);
        ServletContextHandler application = new ServletContextHandler(context.isEmpty() ? "/" : context);
        FilterHolder filter = new FilterHolder(new CoatcheckFilter(coatcheck));
        filter.setAsyncSupported(true);
        application.addFilter(filter, "/*", CoatcheckFilter.DISPATCHES);
        ServletHolder holder = new ServletHolder(servlet);
        holder.setAsyncSupported(true);
        application.addServlet(holder, "/*");
        ErrorPageErrorHandler pages = new ErrorPageErrorHandler();
        pages.addErrorPage(418, "/error-page");
        application.setErrorHandler(pages);
        server.setHandler(application);
        server.start();
        return running(connector.getLocalPort(), server::stop);
    }

    static AdapterFixture.Running tomcat(Coatcheck coatcheck, HttpServlet servlet) throws Exception {
        return tomcat(coatcheck, servlet, "");
    }

    /** At this context path, without a slash at its end. */
    static AdapterFixture.Running tomcat(Coatcheck coatcheck, HttpServlet servlet, String context) throws Exception {
        Path folder = Files.createTempDirectory("coatcheck-tomcat");
        Tomcat tomcat = new Tomcat();
        tomcat.setBaseDir(folder.toString());
        tomcat.setHostname("127.0.0.1");
        tomcat.setPort(0);
        Context application = tomcat.addContext(context, folder.toString());
        application.addServletContainerInitializer(
                (classes, servlets) -> CoatcheckFilter.addTo(servlets, coatcheck), Set.of());
        Tomcat.addServlet(application, "app", servlet).setAsyncSupported(true);
        application.addServletMappingDecoded("/*", "app");
        ErrorPage page = new ErrorPage();
        page.setErrorCode(418);
        page.setLocation("/error-page");
        application.addErrorPage(page);
        tomcat.getConnector().setProperty("address", "127.0.0.1");
        tomcat.start();
        return running(tomcat.getConnector().getLocalPort(), () -> {
            tomcat.stop();
            tomcat.destroy();
            remove(folder);
        });
    }

    /** Jetty's own error page, as long as the application has none, drops Vary; no cache keeps it. */
    static boolean isJettysErrorPage(Wire.Answer answer) {
        return answer.status() >= 400
                && answer.only("Cache-Control")
                        .filter("must-revalidate,no-cache,no-store"::equals)
                        .isPresent();
    }

    private static void remove(Path folder) throws Exception {
        try (var files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        }
    }

    private interface Stop {
        void stop() throws Exception;
    }

    private static AdapterFixture.Running running(int port, Stop stop) {
        return new AdapterFixture.Running() {
            @Override
            public int port() {
                return port;
            }

            @Override
            public void stop() throws Exception {
                stop.stop();
            }
        };
    }
}
