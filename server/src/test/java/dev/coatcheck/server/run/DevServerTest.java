package dev.coatcheck.server.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.coatcheck.site.Origin;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class DevServerTest {
    /** TEST-NET-1 (RFC 5737): nobody has this address. */
    private static final String ELSEWHERE = "http://192.0.2.1:8000";

    private static DevServer.Plan plan(int port, boolean allowRemote) {
        return new DevServer.Plan(
                Origin.parse("http://localhost:" + port).orElseThrow(),
                Origin.parse("http://localhost:1").orElseThrow(),
                Origin.parse(ELSEWHERE).orElseThrow(),
                List.of("/api"),
                allowRemote,
                false);
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    @Test
    void anotherMachineIsAskedOnlyWhenThatWasSaid() throws Exception {
        int port = freePort();
        assertThatThrownBy(() -> DevServer.start(plan(port, false), line -> {}))
                .isInstanceOf(CannotStartException.class)
                .hasMessageContaining("--allow-remote");
        try (DevServer server = DevServer.start(plan(port, true), line -> {})) {
            assertThat(server).isNotNull();
            HttpResponse<String> answer = HttpClient.newHttpClient()
                    .send(
                            HttpRequest.newBuilder(URI.create("http://localhost:" + port + "/api/x"))
                                    .timeout(Duration.ofSeconds(30))
                                    .build(),
                            HttpResponse.BodyHandlers.ofString());
            assertThat(answer.statusCode()).isIn(502, 504);
            assertThat(answer.body()).contains(ELSEWHERE);
        }
    }
}
