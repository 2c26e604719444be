package dev.coatcheck.gateway;

import dev.coatcheck.site.Origin;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.eclipse.jetty.http.UriCompliance;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.NetworkConnector;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;

/** A gateway in front of an app and an API, all on free ports of this machine. */
final class RunningGateway implements AutoCloseable {
    final List<String> notices = new CopyOnWriteArrayList<>();
    private final Server server;

    RunningGateway(int app, int api, Upstream.Addressed addressed, GatewayLimits limits) throws Exception {
        this(upstream("the app", "http", app, addressed), upstream("the API", "http", api, addressed), limits);
    }

    RunningGateway(Upstream app, Upstream api, GatewayLimits limits) throws Exception {
        List<Route> routes = List.of(new Route("/", app), new Route("/api", api));
        // The port of the origin is not looked at, so that it need not be known before.
        server = GatewayServer.listening(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                new Gateway(Origin.parse("http://localhost:4000").orElseThrow(), routes, limits, notices::add),
                limits);
        server.start();
    }

    static Upstream upstream(String name, String scheme, int port, Upstream.Addressed addressed) {
        return new Upstream(
                name, Origin.parse(scheme + "://localhost:" + port).orElseThrow(), "Start " + name + ".", addressed);
    }

    static Server upstream(Handler handler) throws Exception {
        Server upstream = new Server();
        HttpConfiguration http = new HttpConfiguration();
        http.setUriCompliance(UriCompliance.UNSAFE);
        ServerConnector connector = new ServerConnector(upstream, 1, 1, new HttpConnectionFactory(http));
        connector.setHost("127.0.0.1");
        upstream.addConnector(connector);
        upstream.setHandler(handler);
        upstream.start();
        return upstream;
    }

    static int port(Server server) {
        return ((NetworkConnector) server.getConnectors()[0]).getLocalPort();
    }

    int port() {
        return port(server);
    }

    String origin() {
        return "http://localhost:" + port();
    }

    /** Sends exactly these bytes; the answer, until the other side ends. */
    String raw(String text) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port())) {
            socket.setSoTimeout(10_000);
            socket.getOutputStream().write(text.replace("\n", "\r\n").getBytes(StandardCharsets.ISO_8859_1));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
        }
    }

    @Override
    public void close() {
        try {
            server.stop();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }
}
