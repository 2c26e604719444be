package dev.coatcheck.doctor;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/** One real Chromium and the empty page of an app, shared by a test class. */
final class Chromium implements AutoCloseable {
    private static final byte[] PAGE =
            "<!doctype html><title>app</title>".getBytes(java.nio.charset.StandardCharsets.UTF_8);

    private final Program program;
    private final HttpServer pages;

    private Chromium(Program program, HttpServer pages) {
        this.program = program;
        this.pages = pages;
    }

    static Chromium start() {
        return start(Map.of());
    }

    /** One that writes a recording of everything when it is {@link #finish finished}. */
    static Chromium recording(Path har) {
        return start(Map.of("HAR", har.toString()));
    }

    void finish() {
        program.finish();
    }

    private static Chromium start(Map<String, String> more) {
        if (!Files.isExecutable(Path.of("/usr/bin/chromium"))) {
            throw new AssertionError("A Chromium is needed at /usr/bin/chromium: apt-get install chromium");
        }
        Map<String, String> environment = new HashMap<>(more);
        environment.put("NODE_PATH", NodeModules.folder().toString());
        Program program = Program.start(
                "Node is needed on the PATH",
                environment,
                "node",
                Path.of("src", "test", "node", "chromium.cjs").toAbsolutePath().toString());
        String said = program.await(line -> line.startsWith("ready") || line.startsWith("failed"));
        if (said.startsWith("failed")) {
            program.close();
            throw new AssertionError("Chromium does not start: " + said);
        }
        return new Chromium(program, servePages());
    }

    private static HttpServer servePages() {
        try {
            HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
            server.createContext("/", exchange -> {
                exchange.getResponseHeaders().set("Content-Type", "text/html");
                exchange.sendResponseHeaders(200, PAGE.length);
                exchange.getResponseBody().write(PAGE);
                exchange.close();
            });
            server.start();
            return server;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The app's origin under a host name. */
    String app(String host) {
        return "http://" + host + ":" + pages.getAddress().getPort();
    }

    /** Signs in, asks who is signed in and changes something, as the app's page. */
    Seen signIn(String app, String api, Stack stack, String change) {
        program.write(Json.mapper()
                .createObjectNode()
                .put("app", app)
                .put("api", api)
                .put("csrf", stack == Stack.DJANGO)
                .put("csrfHeader", stack.csrfHeader())
                .put("change", change)
                .toString());
        String said = program.await(line -> line.startsWith("result ") || line.startsWith("failed"));
        JsonNode result = Json.mapper().readTree(said.substring(said.indexOf(' ') + 1));
        return new Seen(result.path("me").asInt(0) == 200 && result.path("note").asInt(0) == 200, said);
    }

    /**
     * What the page saw.
     *
     * @param holds whether the signed-in user was recognised and could change something
     * @param said the result as the browser told it
     */
    record Seen(boolean holds, String said) {}

    @Override
    public void close() {
        program.close();
        pages.stop(0);
    }
}
