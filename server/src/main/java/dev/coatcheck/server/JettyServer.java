package dev.coatcheck.server;

import dev.coatcheck.Coatcheck;
import dev.coatcheck.json.JsonBody;
import java.net.InetSocketAddress;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.http.UriCompliance;
import org.eclipse.jetty.io.ManagedSelector;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.NetworkConnectionLimit;
import org.eclipse.jetty.server.NetworkConnector;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.handler.ErrorHandler;
import org.eclipse.jetty.server.handler.GracefulHandler;
import org.eclipse.jetty.server.handler.SizeLimitHandler;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.VirtualThreads;
import org.eclipse.jetty.util.thread.QueuedThreadPool;

/**
 * A Jetty server with the pipeline in front of an application, HTTP/1.1 over plain TCP, limits on everything that a client
 * can use up, and a graceful stop. Store calls block virtual threads where the JDK has them.
 */
public final class JettyServer {
    private static final Duration IDLE_UNDER_PRESSURE = Duration.ofSeconds(2);
    private static final int EAGER_BYTES = JsonBody.USUAL_LIMIT + 1;

    private JettyServer() {}

    /**
     * A server that is ready to be started. {@link Server#stop} lets requests in flight finish, within
     * {@link JettyLimits#stopWithin}, and answers new ones 503 meanwhile.
     *
     * @param address where to listen; port 0 for any free one, which {@link #port} then tells
     * @param application what admitted requests reach
     */
    public static Server listening(
            InetSocketAddress address, Coatcheck coatcheck, Handler application, JettyLimits limits) {
        return stack(address, new CoatcheckHandler(coatcheck, application), new JettyErrors(coatcheck), limits);
    }

    /**
     * The same server in front of an application without sessions: what the session layer costs is measured against it, see
     * {@code bench}.
     */
    public static Server withoutSessions(InetSocketAddress address, Handler application, JettyLimits limits) {
        return stack(address, application, new ErrorHandler(), limits);
    }

    private static Server stack(
            InetSocketAddress address, Handler application, Request.Handler errors, JettyLimits limits) {
        Server server = new Server(threads(limits));
        server.setErrorHandler(errors);
        server.addConnector(connector(server, address, limits));
        NetworkConnectionLimit connections = new NetworkConnectionLimit(limits.connections(), server);
        connections.setEndPointIdleTimeout(IDLE_UNDER_PRESSURE.toMillis());
        server.addBean(connections);
        server.setStopTimeout(limits.stopWithin().toMillis());
        SizeLimitHandler bodies = new SizeLimitHandler(limits.bodyBytes(), -1);
        int expecting = VirtualThreads.areSupported() ? limits.connections() : limits.threads() / 4;
        bodies.setHandler(new JettySmallBodies(application, EAGER_BYTES, expecting));
        server.setHandler(new GracefulHandler(new ShortTargets(bodies, limits.targetBytes())));
        return server;
    }

    /** The port that a started server of ours listens on. */
    public static int port(Server server) {
        return ((NetworkConnector) server.getConnectors()[0]).getLocalPort();
    }

    private static QueuedThreadPool threads(JettyLimits limits) {
        QueuedThreadPool threads = new QueuedThreadPool(limits.threads());
        threads.setName("coatcheck");
        if (VirtualThreads.areSupported()) {
            threads.setVirtualThreadsExecutor(VirtualThreads.getDefaultVirtualThreadsExecutor());
        }
        return threads;
    }

    private static ServerConnector connector(Server server, InetSocketAddress address, JettyLimits limits) {
        ServerConnector connector = new ServerConnector(server, 1, -1, new HttpConnectionFactory(http(limits))) {
            @Override
            protected JettyEndPoint newEndPoint(SocketChannel channel, ManagedSelector selector, SelectionKey key) {
                JettyEndPoint endPoint =
                        new JettyEndPoint(channel, selector, key, getScheduler(), getExecutor(), limits);
                endPoint.setIdleTimeout(getIdleTimeout());
                return endPoint;
            }
        };
        connector.setHost(address.getHostString());
        connector.setPort(address.getPort());
        connector.setIdleTimeout(limits.idle().toMillis());
        return connector;
    }

    private static HttpConfiguration http(JettyLimits limits) {
        HttpConfiguration http = new HttpConfiguration();
        http.setRequestHeaderSize(limits.headBytes());
        // Jetty's cache of header fields takes 100 KB a connection, and where a proxy sends many people's cookies over
        // one connection it
        // is built anew every few requests. Without it a head is read quicker, one browser's too: docs/decisions/0044.
        http.setHeaderCacheSize(0);
        http.setSendServerVersion(false);
        http.setSendXPoweredBy(false);
        http.setUriCompliance(UriCompliance.DEFAULT);
        http.addCustomizer((request, headers) -> {
            if (request.getConnectionMetaData().getConnection().getEndPoint() instanceof JettyEndPoint endPoint) {
                endPoint.headParsed();
                Request.addCompletionListener(request, failure -> endPoint.exchangeEnded());
            }
            return request;
        });
        return http;
    }

    /** Answers 414 to what Jetty would still parse. */
    private static final class ShortTargets extends Handler.Wrapper {
        private final int most;

        ShortTargets(Handler next, int most) {
            super(next);
            this.most = most;
        }

        @Override
        public boolean handle(Request request, Response response, Callback callback) throws Exception {
            if (request.getHttpURI().getPathQuery() != null
                    && request.getHttpURI().getPathQuery().length() > most) {
                Response.writeError(request, response, callback, HttpStatus.URI_TOO_LONG_414);
                return true;
            }
            return super.handle(request, response, callback);
        }
    }
}
