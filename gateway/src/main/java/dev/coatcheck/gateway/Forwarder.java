package dev.coatcheck.gateway;

import java.util.List;
import java.util.function.BiConsumer;
import org.eclipse.jetty.client.ContentSourceRequestContent;
import org.eclipse.jetty.client.HttpClient;
import org.eclipse.jetty.client.transport.HttpClientTransportDynamic;
import org.eclipse.jetty.http.HttpCookieStore;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpURI;
import org.eclipse.jetty.io.ClientConnector;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.proxy.ProxyHandler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.thread.QueuedThreadPool;

/**
 * Jetty's reverse proxy with heads of our own. Bodies stream in both directions, at the pace of the slower side; nothing here
 * blocks, so nothing here may ever ask a store.
 */
final class Forwarder extends ProxyHandler.Reverse {
    private static final long STOP_MILLIS = 500;

    private final GatewayLimits limits;
    private final BiConsumer<String, List<String>> rewritten;

    Forwarder(GatewayLimits limits, BiConsumer<String, List<String>> rewritten) {
        super(request -> HttpURI.from(Crossing.of(request).upstream().origin().toString()));
        this.limits = limits;
        this.rewritten = rewritten;
        setViaHost("coatcheck");
    }

    @Override
    protected HttpClient newHttpClient() {
        QueuedThreadPool threads = new QueuedThreadPool(32, 2);
        threads.setName("coatcheck-gateway");
        threads.setDaemon(true);
        threads.setStopTimeout(STOP_MILLIS);
        ClientConnector connector = new ClientConnector();
        connector.setExecutor(threads);
        return new HttpClient(new HttpClientTransportDynamic(connector));
    }

    @Override
    protected void configureHttpClient(HttpClient client) {
        client.setFollowRedirects(false);
        client.setHttpCookieStore(new HttpCookieStore.Empty());
        // With these two set, it would add lines that the browser did not send.
        client.setUserAgentField(null);
        client.setDefaultRequestContentType(null);
        client.setSocketAddressResolver(new Addresses());
        client.setConnectTimeout(limits.connect().toMillis());
        client.setIdleTimeout(limits.pooled().toMillis());
        client.setMaxConnectionsPerDestination(limits.connections());
        client.setMaxRequestsQueuedPerDestination(limits.connections());
        client.setMaxRequestHeadersSize(limits.headBytes());
        client.setMaxResponseHeadersSize(limits.headBytes());
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) {
        // Many upstreams never say 100 Continue: the client hears it from here.
        return super.handle(new WithoutExpect(request), response, callback);
    }

    /** The target goes on byte for byte: as a java.net.URI it would refuse what browsers send, {@code [id]} and {@code |}. */
    @Override
    protected org.eclipse.jetty.client.Request newProxyToServerRequest(Request request, HttpURI uri) {
        Upstream upstream = Crossing.of(request).upstream();
        return getHttpClient()
                .newRequest(upstream.origin().host(), upstream.origin().port())
                .scheme(upstream.origin().scheme())
                .path(request.getHttpURI().getPathQuery())
                .method(request.getMethod())
                .idleTimeout(limits.idle().toMillis(), java.util.concurrent.TimeUnit.MILLISECONDS);
    }

    @Override
    protected void copyRequestHeaders(Request request, org.eclipse.jetty.client.Request toUpstream) {
        HttpFields head = Crossing.of(request).toUpstream(request);
        toUpstream.headers(headers -> headers.clear().add(head));
    }

    @Override
    protected void addProxyHeaders(Request request, org.eclipse.jetty.client.Request toUpstream) {
        // They are part of the head already.
    }

    /** A Content-Type alone makes no body: chunks of none would confuse servers that know no chunks. */
    @Override
    protected org.eclipse.jetty.client.Request.Content newProxyToServerRequestContent(
            Request request, Response response, org.eclipse.jetty.client.Request toUpstream) {
        boolean empty = request.getLength() < 0 && !request.getHeaders().contains(HttpHeader.TRANSFER_ENCODING);
        return new ContentSourceRequestContent(
                request, String.valueOf(request.getHeaders().get(HttpHeader.CONTENT_TYPE))) {
            @Override
            public long getLength() {
                return empty ? 0 : super.getLength();
            }

            @Override
            @SuppressWarnings("NullAway") // null is how Jetty says that there is none
            public String getContentType() {
                return request.getHeaders().get(HttpHeader.CONTENT_TYPE);
            }

            @Override
            public Content.Source getContentSource() {
                return request;
            }
        };
    }

    @Override
    protected org.eclipse.jetty.client.Response.CompleteListener newServerToProxyResponseListener(
            Request request, org.eclipse.jetty.client.Request toUpstream, Response response, Callback callback) {
        return new ProxyResponseListener(request, toUpstream, response, callback) {
            @Override
            public void onHeaders(org.eclipse.jetty.client.Response answer) {
                response.getHeaders().add(Crossing.of(request).toBrowser(answer.getHeaders(), rewritten));
            }
        };
    }

    @Override
    protected void onServerToProxyResponseFailure(
            Request request,
            org.eclipse.jetty.client.Request toUpstream,
            org.eclipse.jetty.client.Response answer,
            Response response,
            Callback callback,
            Throwable failure) {
        if (response.isCommitted()) {
            // Half an answer must not look like a whole one.
            callback.failed(failure);
        } else {
            Answers.write(Answers.unreachable(Crossing.of(request).upstream(), failure), request, response, callback);
        }
    }

    private static final class WithoutExpect extends Request.Wrapper {
        private final HttpFields headers;

        WithoutExpect(Request wrapped) {
            super(wrapped);
            headers = HttpFields.build(wrapped.getHeaders()).remove(HttpHeader.EXPECT);
        }

        @Override
        public HttpFields getHeaders() {
            return headers;
        }
    }
}
