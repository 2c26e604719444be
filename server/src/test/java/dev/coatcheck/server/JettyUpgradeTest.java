package dev.coatcheck.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.coatcheck.Coatcheck;
import dev.coatcheck.Exchange;
import dev.coatcheck.store.EndReason;
import dev.coatcheck.testkit.AdapterFixture;
import dev.coatcheck.testkit.ContractApp;
import dev.coatcheck.testkit.Wire;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.AbstractConnection;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.HttpStream;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.BufferUtil;
import org.eclipse.jetty.util.Callback;
import org.junit.jupiter.api.Test;

/** A change of protocol goes through the pipeline first, and afterwards no pace is asked of it. */
final class JettyUpgradeTest extends AdapterFixture {
    private static final String[] HANDSHAKE = {
        FROM_APP,
        "Connection: Upgrade",
        "Upgrade: websocket",
        "Sec-WebSocket-Version: 13",
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=="
    };

    @Override
    protected Running start(Coatcheck coatcheck, ContractApp application) throws Exception {
        JettyLimits limits = JettyLimits.DEFAULT.withPace(Duration.ofMillis(200), 100_000);
        InetSocketAddress anyPort = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        ContractHandler contract = new ContractHandler(application);
        return RunningJetty.of(JettyServer.listening(anyPort, coatcheck, new Upgrading(contract), limits));
    }

    @Test
    void anUpgradedConnectionIsLeftInPeace() throws Exception {
        try (Wire wire = connect()) {
            Wire.Answer head =
                    wire.send(Wire.request("GET", "/socket", HANDSHAKE)).head();
            assertThat(head.status()).isEqualTo(101);
            assertReadable(head);
            for (int i = 0; i < 10; i++) {
                wire.send("x");
                assertThat(wire.endsHere()).as("an echo").isFalse();
                TimeUnit.MILLISECONDS.sleep(60);
            }
        }
    }

    @Test
    void aHandshakeWhoseSessionEndsMeanwhileChangesNoProtocol() throws Exception {
        String cookie = signedIn();
        String[] lines = Arrays.copyOf(HANDSHAKE, HANDSHAKE.length + 1);
        lines[HANDSHAKE.length] = cookie;
        try (Wire wire = connect()) {
            Wire.Answer answer =
                    wire.send(Wire.request("GET", "/socket?end", lines)).answer();
            assertThat(answer.status()).isEqualTo(401);
            assertThat(answer.code()).isEqualTo("session-revoked");
            assertThat(wire.send(Wire.request("GET", "/whoami")).answer().text())
                    .as("it still speaks HTTP")
                    .isEqualTo("nobody");
        }
    }

    private final class Upgrading extends Handler.Wrapper {
        Upgrading(Handler next) {
            super(next);
        }

        @Override
        public boolean handle(Request request, Response response, Callback callback) throws Exception {
            if (!request.getHeaders().contains(HttpHeader.UPGRADE)) {
                return super.handle(request, response, callback);
            }
            if (request.getHttpURI().getQuery() != null) {
                Exchange exchange = (Exchange) request.getAttribute(Exchange.ATTRIBUTE);
                exchange.session().set("k", "v");
                store().end(exchange.session().id().orElseThrow(), EndReason.REVOKED_BY_ADMIN, exchange.now());
            }
            response.setStatus(101);
            response.getHeaders().put(HttpHeader.UPGRADE, "websocket");
            response.getHeaders().put(HttpHeader.CONNECTION, "Upgrade");
            EndPoint endPoint = request.getConnectionMetaData().getConnection().getEndPoint();
            request.setAttribute(
                    HttpStream.UPGRADE_CONNECTION_ATTRIBUTE,
                    new Echo(endPoint, request.getComponents().getExecutor()));
            callback.succeeded();
            return true;
        }
    }

    /** Sends back what comes. */
    private static final class Echo extends AbstractConnection implements Connection.UpgradeTo {
        Echo(EndPoint endPoint, Executor executor) {
            super(endPoint, executor);
        }

        @Override
        public void onUpgradeTo(ByteBuffer prefilled) {
            assertThat(BufferUtil.hasContent(prefilled)).isFalse();
        }

        @Override
        public void onOpen() {
            super.onOpen();
            fillInterested();
        }

        @Override
        public void onFillable() {
            ByteBuffer buffer = BufferUtil.allocate(100);
            try {
                int filled = getEndPoint().fill(buffer);
                if (filled > 0) {
                    getEndPoint().write(Callback.from(this::fillInterested, this::close), buffer);
                } else if (filled == 0) {
                    fillInterested();
                } else {
                    close();
                }
            } catch (IOException e) {
                close();
            }
        }

        private void close(Throwable failure) {
            close();
        }
    }
}
