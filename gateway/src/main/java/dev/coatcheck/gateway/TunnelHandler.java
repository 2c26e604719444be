package dev.coatcheck.gateway;

import java.io.IOException;
import java.net.Socket;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.function.BiConsumer;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpVersion;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.HttpStream;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/**
 * WebSocket upgrades (RFC 6455 §4), which Jetty's proxy does not pass: the handshake is repeated with the upstream, and after its
 * 101 both connections become one {@link WebSocketTunnel}. An upstream that declines is answered with its status and head alone: browsers
 * show scripts nothing of it anyway.
 */
final class TunnelHandler extends Handler.Wrapper {
    private final GatewayLimits limits;
    private final BiConsumer<String, List<String>> rewritten;
    private final Semaphore free;
    private final Set<WebSocketTunnel> open = ConcurrentHashMap.newKeySet();

    TunnelHandler(GatewayLimits limits, BiConsumer<String, List<String>> rewritten, Handler next) {
        super(next);
        this.limits = limits;
        this.rewritten = rewritten;
        this.free = new Semaphore(limits.tunnels());
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) throws Exception {
        if (!isUpgrade(request)) {
            return super.handle(request, response, callback);
        }
        if (!free.tryAcquire()) {
            Answers.write(Answers.tooManyTunnels(), request, response, callback);
            return true;
        }
        boolean tunnelled = false;
        try {
            tunnelled = open(request, response, callback);
        } catch (IOException e) {
            Answers.write(Answers.unreachable(Crossing.of(request).upstream(), e), request, response, callback);
        } finally {
            if (!tunnelled) {
                free.release();
            }
        }
        return true;
    }

    /** With a body it is no handshake: its bytes must never be taken for frames. */
    private static boolean isUpgrade(Request request) {
        HttpFields headers = request.getHeaders();
        return request.getConnectionMetaData().getHttpVersion() == HttpVersion.HTTP_1_1
                && request.getMethod().equals("GET")
                && headers.contains(HttpHeader.UPGRADE, "websocket")
                && headers.contains(HttpHeader.CONNECTION, "upgrade")
                && request.getLength() <= 0
                && !headers.contains(HttpHeader.TRANSFER_ENCODING);
    }

    /** @return whether there is a tunnel now, which will give its place back itself */
    private boolean open(Request request, Response response, Callback callback) throws IOException {
        Crossing crossing = Crossing.of(request);
        Socket socket = connect(crossing.upstream());
        boolean tunnelled = false;
        try {
            socket.setSoTimeout((int) limits.connect().toMillis() * 2);
            Handshake handshake = Handshake.with(socket, request, crossing.toUpstream(request), limits.headBytes());
            response.setStatus(handshake.status());
            response.getHeaders().add(crossing.toBrowser(handshake.head(), rewritten));
            tunnelled = handshake.status() == 101;
            if (tunnelled) {
                response.getHeaders().put(HttpHeader.CONNECTION, "Upgrade").put(HttpHeader.UPGRADE, "websocket");
                // How long it may be silent is the browser's side's to say: everything passes through there.
                socket.setSoTimeout(0);
                tunnel(request, socket, handshake);
            } else {
                response.getHeaders().remove(HttpHeader.CONTENT_LENGTH);
            }
        } finally {
            if (!tunnelled) {
                socket.close();
            }
        }
        callback.succeeded();
        return tunnelled;
    }

    private void tunnel(Request request, Socket socket, Handshake handshake) {
        WebSocketTunnel tunnel = new WebSocketTunnel(
                request.getConnectionMetaData().getConnection().getEndPoint(),
                request.getComponents().getExecutor(),
                socket,
                handshake.frames(),
                limits.idle(),
                this::closed);
        open.add(tunnel);
        request.setAttribute(HttpStream.UPGRADE_CONNECTION_ATTRIBUTE, tunnel);
        Request.addCompletionListener(request, failure -> {
            if (failure != null) {
                tunnel.end();
            }
        });
    }

    private void closed(WebSocketTunnel tunnel) {
        if (open.remove(tunnel)) {
            free.release();
        }
    }

    private Socket connect(Upstream upstream) throws IOException {
        Socket plain = Addresses.connect(upstream, limits.connect());
        if (!upstream.origin().isSecure()) {
            return plain;
        }
        try {
            SSLSocket secure = (SSLSocket) ((SSLSocketFactory) SSLSocketFactory.getDefault())
                    .createSocket(
                            plain, upstream.socketHost(), upstream.origin().port(), true);
            var parameters = secure.getSSLParameters();
            parameters.setEndpointIdentificationAlgorithm("HTTPS");
            secure.setSSLParameters(parameters);
            secure.setSoTimeout((int) limits.connect().toMillis());
            secure.startHandshake();
            return secure;
        } catch (IOException | RuntimeException e) {
            plain.close();
            throw e;
        }
    }

    void closeAll() {
        open.forEach(WebSocketTunnel::end);
    }
}
