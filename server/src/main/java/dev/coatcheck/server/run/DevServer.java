package dev.coatcheck.server.run;

import dev.coatcheck.gateway.Gateway;
import dev.coatcheck.gateway.GatewayLimits;
import dev.coatcheck.gateway.GatewayServer;
import dev.coatcheck.gateway.Route;
import dev.coatcheck.gateway.Upstream;
import dev.coatcheck.settings.ListenAddress;
import dev.coatcheck.site.Hosts;
import dev.coatcheck.site.Origin;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.eclipse.jetty.server.Server;

/** {@code coatcheck dev} while it runs: one origin of this machine in front of a dev server and an API. */
public final class DevServer implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(DevServer.class.getName());

    private final Server server;

    private DevServer(Server server) {
        this.server = server;
    }

    /**
     * What it is started with.
     *
     * @param here the origin that browsers use
     * @param app where the dev server listens
     * @param api where the API listens
     * @param apiPaths what goes to the API; everything else goes to the app
     * @param allowRemote whether app and API may be on another machine
     * @param changeOrigin whether app and API are addressed by their own names
     */
    public record Plan(
            Origin here, Origin app, Origin api, List<String> apiPaths, boolean allowRemote, boolean changeOrigin) {
        public Plan {
            apiPaths = List.copyOf(apiPaths);
        }

        private List<Route> routes() {
            Upstream appServer = new Upstream(
                    "the app", app, "Start the app's dev server (npm run dev), or correct --app.", addressed(app));
            Upstream apiServer = new Upstream("the API", api, "Start the API, or correct --api.", addressed(api));
            List<Route> routes = new ArrayList<>();
            apiPaths.stream().distinct().forEach(path -> routes.add(new Route(path, apiServer)));
            routes.add(new Route("/", appServer));
            return routes;
        }

        private Upstream.Addressed addressed(Origin origin) {
            return changeOrigin || origin.isSecure() || !isHere(origin)
                    ? Upstream.Addressed.AS_THERE
                    : Upstream.Addressed.AS_HERE;
        }
    }

    /** Starts it. @throws CannotStartException when app or API are elsewhere, or the port can't be had */
    public static DevServer start(Plan plan, Consumer<String> notices) {
        if (!plan.allowRemote()) {
            Stream.of(plan.app(), plan.api()).forEach(DevServer::requireHere);
        }
        Gateway gateway = new Gateway(plan.here(), plan.routes(), GatewayLimits.DEFAULT, notices);
        ListenAddress listen = new ListenAddress("127.0.0.1", plan.here().port());
        Server server = GatewayServer.listening(
                new InetSocketAddress(listen.host(), listen.port()), gateway, GatewayLimits.DEFAULT);
        try {
            server.start();
            return new DevServer(server);
        } catch (Exception e) {
            new DevServer(server).close();
            throw RunningServer.cannotListen(listen, "--port", e);
        }
    }

    private static void requireHere(Origin origin) {
        if (!isHere(origin)) {
            throw CannotStartException.because(
                    origin + " is not on this machine.",
                    "If you mean to develop against it, with your browser's cookies going there, say --allow-remote.");
        }
    }

    private static boolean isHere(Origin origin) {
        if (Hosts.isLoopback(origin.host())) {
            return true;
        }
        try {
            return Stream.of(InetAddress.getAllByName(origin.host())).allMatch(InetAddress::isLoopbackAddress);
        } catch (UnknownHostException e) {
            throw CannotStartException.because(
                    "The host of " + origin + " is not known here.", "Correct --app or --api.", e);
        }
    }

    /** Waits until it is stopped. */
    public void join() throws InterruptedException {
        server.join();
    }

    /** Cuts off whatever is in flight: streams and tunnels of a development server never end by themselves. */
    @Override
    public void close() {
        try {
            server.stop();
        } catch (Exception e) {
            LOG.log(System.Logger.Level.DEBUG, "The server did not stop cleanly", e);
        }
    }
}
