package dev.coatcheck.doctor;

import static dev.coatcheck.doctor.Ailing.call;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The advice for nginx is taken literally: its lines are written where it says that they belong, and a real Chromium, in which the
 * sign-in did not hold before, signs in through a real nginx.
 */
class NginxCureTest {
    private static Optional<Chromium> started = Optional.empty();

    @TempDir
    Path folder;

    @BeforeAll
    static void startChromium() {
        started = Optional.of(Chromium.start());
    }

    @AfterAll
    static void stopChromium() {
        started.ifPresent(Chromium::close);
    }

    /**
     * One nginx before one or two backends.
     *
     * @param expected what the doctor has to find first
     * @param backend what stands behind
     * @param backends how many of them
     * @param location what the location holds
     * @param pass where proxy_pass leads
     */
    record Sick(FindingCode expected, Fixture backend, int backends, String location, String pass) {
        static Sick of(FindingCode expected, Fixture backend, String location) {
            return new Sick(expected, backend, 1, location, "http://backend");
        }

        @Override
        public String toString() {
            return expected.id() + ": " + location;
        }
    }

    private static Fixture below(String options) {
        return Fixture.php()
                .with("before", "$_SERVER['REQUEST_URI'] = preg_replace('#^/backend/#', '/', $_SERVER['REQUEST_URI']);")
                .with(
                        "session",
                        "session_set_cookie_params(['httponly' => true, 'samesite' => 'Lax', " + options + "]);");
    }

    static Stream<Sick> sickOnes() {
        Fixture silent = Fixture.express().with("cors", "");
        return Stream.of(
                Sick.of(FindingCode.CORS_ALLOW_ORIGIN_MISSING, silent, ""),
                Sick.of(
                        FindingCode.CORS_WILDCARD_WITH_CREDENTIALS,
                        silent,
                        "add_header Access-Control-Allow-Origin * always; add_header Access-Control-Allow-Headers * always;"
                                + " if ($request_method = OPTIONS) { return 204; }"),
                Sick.of(
                        FindingCode.ERROR_WITHOUT_CORS,
                        silent,
                        "add_header Access-Control-Allow-Origin $http_origin; add_header Access-Control-Allow-Credentials true;"
                                + " add_header Access-Control-Allow-Headers 'Content-Type, X-CSRF-Token';"
                                + " if ($request_method = OPTIONS) { return 204; }"),
                Sick.of(
                        FindingCode.CORS_ALLOW_ORIGIN_MULTIPLE,
                        Fixture.express(),
                        "add_header Access-Control-Allow-Origin $http_origin always;"),
                Sick.of(FindingCode.PREFLIGHT_REFUSED_AUTH, Fixture.express(), "limit_except GET POST { deny all; }"),
                new Sick(
                        FindingCode.COOKIE_PATH_MISMATCH,
                        below("'path' => '/backend/'"),
                        1,
                        "",
                        "http://backend/backend/"),
                new Sick(
                        FindingCode.COOKIE_DOMAIN_MISMATCH,
                        below("'path' => '/', 'domain' => 'backend.internal'"),
                        1,
                        "",
                        "http://backend/backend/"),
                new Sick(FindingCode.SESSION_NOT_RECOGNISED, Fixture.express(), 2, "", "http://backend"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("sickOnes")
    void afterTheAdviceTheSignInHoldsInChromium(Sick sick) throws Exception {
        Chromium chromium = started.orElseThrow();
        String app = chromium.app("localhost");
        List<Fixture.Running> backends = new ArrayList<>();
        try {
            for (int i = 0; i < sick.backends(); i++) {
                backends.add(sick.backend().start(app, Files.createDirectory(folder.resolve("backend" + i))));
            }
            Finding first;
            try (Nginx nginx = Nginx.start(folder, "", sick.location(), "", sick.pass(), backends)) {
                first = new Doctor().examine(plan(app, nginx)).first().orElseThrow();
                assertThat(first.code()).as(first.toString()).isEqualTo(sick.expected());
                assertThat(chromium.signIn(app, nginx.url(), Stack.EXPRESS, "POST")
                                        .holds()
                                && breaks(first))
                        .as("sick, and yet it holds")
                        .isFalse();
            }
            String place = first.cure().place().orElseThrow();
            assertThat(first.cure().stack()).isEqualTo(Stack.NGINX);
            String lines = String.join("\n", first.cure().lines());
            String http = place.startsWith("the http block") ? lines.substring(0, lines.indexOf("\n\n")) : "";
            String upstream = place.equals("the upstream") ? lines : "";
            String location = upstream.isEmpty() ? lines.substring(http.length()) : sick.location();
            try (Nginx nginx = Nginx.start(folder, http, location, upstream, sick.pass(), backends)) {
                Chromium.Seen after = chromium.signIn(app, nginx.url(), Stack.EXPRESS, "POST");
                assertThat(after.holds()).as(lines + "\n" + after.said()).isTrue();
                assertThat(new Doctor().examine(plan(app, nginx)).findings())
                        .noneMatch(finding -> finding.weight() == Weight.BREAKS || finding.code() == sick.expected());
            }
        } finally {
            backends.forEach(Fixture.Running::close);
        }
    }

    private static boolean breaks(Finding finding) {
        return finding.weight() == Weight.BREAKS;
    }

    private static Plan plan(String app, Nginx nginx) {
        return Plan.of(app, nginx.url())
                .withStack(Stack.NGINX)
                .withLogin(call("POST /login {\"username\":\"anna\",\"password\":\"correct horse\"}"))
                .withMe(call("GET /me"))
                .withUnsafe(call("POST /note {\"text\":\"x\"}"))
                .withLogout(call("POST /logout"));
    }

    /** A real nginx on a free port, in the foreground, with everything it writes in one folder. */
    record Nginx(Program program, int port) implements AutoCloseable {
        static Nginx start(
                Path folder, String http, String location, String upstream, String pass, List<Fixture.Running> backends)
                throws IOException {
            int port = freePort();
            Path own = Files.createTempDirectory(folder, "nginx");
            String servers = backends.stream()
                    .map(backend -> "server 127.0.0.1:" + backend.port() + ";")
                    .collect(Collectors.joining(" "));
            String temporary = Stream.of("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
                    .map(kind -> kind + "_temp_path " + own.resolve(kind) + ";")
                    .collect(Collectors.joining(" "));
            Path file = Files.writeString(own.resolve("nginx.conf"), """
                    daemon off;
                    master_process off;
                    pid %s;
                    error_log stderr;
                    events {}
                    http {
                        access_log off;
                        %s
                        %s
                        upstream backend { %s %s }
                        server {
                            listen 127.0.0.1:%d;
                            location / {
                                %s
                                proxy_pass %s;
                            }
                        }
                    }
                    """.formatted(
                            own.resolve("pid"), temporary, http, upstream, servers, port, location, pass));
            Program program = Program.start(
                    "nginx is needed: apt-get install nginx-light",
                    Map.of(),
                    executable(),
                    "-p",
                    own.toString(),
                    "-e",
                    "stderr",
                    "-c",
                    file.toString());
            awaitListening(port, program);
            return new Nginx(program, port);
        }

        private static String executable() {
            return Files.isExecutable(Path.of("/usr/sbin/nginx")) ? "/usr/sbin/nginx" : "nginx";
        }

        private static int freePort() throws IOException {
            try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
                return socket.getLocalPort();
            }
        }

        private static void awaitListening(int port, Program program) {
            long end = System.nanoTime() + 20_000_000_000L;
            while (System.nanoTime() < end) {
                try (Socket socket = new Socket()) {
                    socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1000);
                    return;
                } catch (IOException e) {
                    Thread.onSpinWait();
                }
            }
            program.close();
            throw new AssertionError("nginx does not listen; nginx -t on its file says why");
        }

        String url() {
            return "http://localhost:" + port;
        }

        @Override
        public void close() {
            program.close();
        }
    }
}
