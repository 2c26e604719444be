package dev.coatcheck.server.run;

import dev.coatcheck.site.Hosts;
import java.net.InetSocketAddress;
import java.util.Optional;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpMethod;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.thread.QueuedThreadPool;

/**
 * The management listener: {@code GET /metrics}, and nothing else. Never on the address that browsers use. On a loopback address
 * it answers to no name but {@code localhost}: a page's own name can be made to lead here (DNS rebinding), and no other.
 */
final class Management {
    private Management() {}

    static Server listening(InetSocketAddress address, Metrics metrics) {
        QueuedThreadPool threads = new QueuedThreadPool(8, 1);
        threads.setName("coatcheck-management");
        Server server = new Server(threads);
        HttpConfiguration http = new HttpConfiguration();
        http.setSendServerVersion(false);
        http.setRequestHeaderSize(4_096);
        ServerConnector connector = new ServerConnector(server, 1, 1, new HttpConnectionFactory(http));
        connector.setHost(address.getHostString());
        connector.setPort(address.getPort());
        connector.setIdleTimeout(30_000);
        server.addConnector(connector);
        boolean isLoopback = !address.isUnresolved() && address.getAddress().isLoopbackAddress();
        server.setHandler(new Handler.Abstract() {
            @Override
            public boolean handle(Request request, Response response, Callback callback) {
                if (!Request.getPathInContext(request).equals("/metrics") || !HttpMethod.GET.is(request.getMethod())) {
                    return false;
                }
                if (isLoopback && !isItsOwn(request)) {
                    Response.writeError(
                            request,
                            response,
                            callback,
                            HttpStatus.MISDIRECTED_REQUEST_421,
                            "Ask for it by the address or as localhost");
                    return true;
                }
                response.getHeaders().put(HttpHeader.CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8");
                response.getHeaders().put(HttpHeader.CACHE_CONTROL, "no-store");
                Content.Sink.write(response, true, metrics.text(), callback);
                return true;
            }
        });
        return server;
    }

    private static boolean isItsOwn(Request request) {
        String host = Optional.ofNullable(request.getHttpURI().getHost()).orElse("");
        return host.equalsIgnoreCase("localhost") || Hosts.isIpAddress(host);
    }
}
