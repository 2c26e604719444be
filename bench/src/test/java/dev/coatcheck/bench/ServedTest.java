package dev.coatcheck.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.coatcheck.server.JettyServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpClient;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.eclipse.jetty.server.Server;
import org.junit.jupiter.api.Test;

class ServedTest {
    @Test
    void theBareServerAnswersWithTheVeryLinesOfASessionWhereItIsToBeAsLong() throws Exception {
        try (Stopping stopping = new Stopping()) {
            int sessions = started(new Variant(Variant.Layer.SESSIONS, Optional.of(StoreKind.MEMORY)), stopping);
            int bare = started(Variant.AS_LONG, stopping);
            Visitor person = Visitor.signedIn(HttpClient.newHttpClient(), Note.name(0), sessions);
            for (Visitor.Asked asked : List.of(Visitor.Asked.READ, Visitor.Asked.WRITE)) {
                List<String> theirs = head(sessions, person.next(asked));
                assertThat(head(bare, person.next(asked))).containsExactlyInAnyOrderElementsOf(theirs);
                assertThat(theirs).contains("Vary: Origin").hasSize(7);
            }
        }
    }

    @Test
    void whereAWriteIsTwoCallsTheFirstLooksWhoseRecordItIs() {
        List<String> calls = new ArrayList<>();
        StoreCall noting = new StoreCall() {
            @Override
            public String user(String key) {
                calls.add("look");
                return key.equals("stolen") ? "somebody else" : key;
            }

            @Override
            public String noted(String key) {
                throw new UnsupportedOperationException();
            }

            @Override
            public void note(String key, String note) {
                calls.add("write " + note);
            }

            @Override
            public void close() {}
        };
        StoreCall call = new StoreCall.LookingFirst(noting);
        call.note("me", "1");

        assertThat(calls).containsExactly("look", "write 1");
        assertThatThrownBy(() -> call.note("stolen", "2"))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("stolen");
    }

    private static int started(Variant variant, Stopping stopping) throws Exception {
        Server server = Served.server(variant, "-", 1, stopping);
        stopping.last(server::stop);
        server.start();
        return JettyServer.port(server);
    }

    /** The answer's head, without the instant that is in it. */
    private static List<String> head(int port, byte[] request) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(10_000);
            socket.getOutputStream().write(request);
            StringBuilder head = new StringBuilder();
            while (head.indexOf("\r\n\r\n") < 0) {
                int next = socket.getInputStream().read();
                assertThat(next).as("cut off after " + head).isNotNegative();
                head.append((char) next);
            }
            return head.toString()
                    .replaceFirst("(?m)^Date: .*\r\n", "")
                    .strip()
                    .lines()
                    .toList();
        }
    }
}
