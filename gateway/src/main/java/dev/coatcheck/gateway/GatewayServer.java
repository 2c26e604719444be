package dev.coatcheck.gateway;

import dev.coatcheck.Problem;
import java.net.InetSocketAddress;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.http.UriCompliance;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.thread.QueuedThreadPool;

/** A Jetty server for a gateway alone: HTTP/1.1 over plain TCP, without a limit on bodies, stopped at once. */
public final class GatewayServer {
    private static final int HEAD_BYTES = 32 * 1024;
    private static final long STOP_MILLIS = 500;

    private GatewayServer() {}

    /**
     * A server that is ready to be started.
     *
     * @param address where to listen; port 0 for any free one
     */
    public static Server listening(InetSocketAddress address, Gateway gateway, GatewayLimits limits) {
        // A tunnel takes a thread at most while it writes to a slow upstream: they can't take all.
        QueuedThreadPool threads = new QueuedThreadPool(limits.tunnels() * 2 + 32);
        threads.setName("coatcheck-gateway-server");
        threads.setStopTimeout(STOP_MILLIS);
        Server server = new Server(threads);
        HttpConfiguration http = new HttpConfiguration();
        http.setRequestHeaderSize(HEAD_BYTES);
        http.setResponseHeaderSize(limits.headBytes());
        http.setSendServerVersion(false);
        // The upstream's own goes on.
        http.setSendDateHeader(false);
        // What browsers send and other people's paths hold: [id], |, %2F, %25. It goes on as it came.
        http.setUriCompliance(UriCompliance.DEFAULT.with(
                "gateway",
                UriCompliance.Violation.ILLEGAL_PATH_CHARACTERS,
                UriCompliance.Violation.AMBIGUOUS_PATH_SEPARATOR,
                UriCompliance.Violation.AMBIGUOUS_PATH_ENCODING));
        ServerConnector connector = new ServerConnector(server, 1, 1, new HttpConnectionFactory(http));
        connector.setHost(address.getHostString());
        connector.setPort(address.getPort());
        connector.setIdleTimeout(limits.idle().toMillis());
        server.addConnector(connector);
        server.setHandler(gateway);
        server.setErrorHandler(GatewayServer::error);
        server.setStopTimeout(0);
        return server;
    }

    private static boolean error(Request request, Response response, Callback callback) {
        int status = response.getStatus();
        Problem problem = status >= 400 && status < 500
                ? Problem.malformed(status, "The gateway can't read it: " + HttpStatus.getMessage(status) + ".")
                : Problem.internal();
        Answers.write(problem, request, response, callback);
        return true;
    }
}
