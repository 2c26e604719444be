package dev.coatcheck.server.run;

import dev.coatcheck.json.JsonDocument;
import dev.coatcheck.site.Origin;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.Callback;

/**
 * A built single-page app on an origin of its own: the files that were there when it was opened, held in memory, and {@code
 * /config.json} with the API's address. A path without a file is the app's own business and gets its page.
 */
final class StaticApp extends Handler.Abstract {
    private static final Map<String, String> TYPES = Map.of(
            "html", "text/html;charset=utf-8",
            "js", "text/javascript;charset=utf-8",
            "css", "text/css;charset=utf-8",
            "svg", "image/svg+xml",
            "png", "image/png",
            "ico", "image/x-icon",
            "json", "application/json",
            "map", "application/json",
            "woff2", "font/woff2",
            "txt", "text/plain;charset=utf-8");
    private static final String PAGE = "/index.html";

    private final Map<String, byte[]> files;
    private final String contentSecurityPolicy;

    private StaticApp(Map<String, byte[]> files, Origin api) {
        this.files = files;
        this.contentSecurityPolicy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:;"
                + " font-src 'self'; connect-src 'self' " + api + "; base-uri 'none'; form-action 'none';"
                + " frame-ancestors 'none'";
    }

    /** The app in this folder, told where its API is. @throws CannotStartException when it has not been built */
    static StaticApp open(Path folder, Origin api) {
        Map<String, byte[]> files = new HashMap<>();
        try (Stream<Path> found = Files.isDirectory(folder) ? Files.walk(folder) : Stream.empty()) {
            found.filter(Files::isRegularFile).forEach(file -> files.put(pathOf(folder, file), bytes(file)));
        } catch (IOException | UncheckedIOException e) {
            throw CannotStartException.because(
                    "The demo app in " + folder + " can't be read: " + e.getMessage() + ".",
                    "Build it: npm ci && npm run build.",
                    e);
        }
        if (!files.containsKey(PAGE)) {
            throw CannotStartException.because(
                    "There is no built demo app in " + folder + ".",
                    "Start it with ./coatcheck demo, which builds it.");
        }
        files.put(
                "/config.json",
                JsonDocument.text(Map.of("apiBaseUrl", api.toString())).getBytes(StandardCharsets.UTF_8));
        return new StaticApp(files, api);
    }

    /** A server for it, and for a handler that is asked before it. */
    Server listening(InetSocketAddress address, Handler before) {
        Server server = new Server();
        HttpConfiguration http = new HttpConfiguration();
        http.setSendServerVersion(false);
        ServerConnector connector = new ServerConnector(server, 1, 1, new HttpConnectionFactory(http));
        connector.setHost(address.getHostString());
        connector.setPort(address.getPort());
        server.addConnector(connector);
        server.setHandler(new Handler.Sequence(before, this));
        server.setStopTimeout(0);
        return server;
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) {
        if (!request.getMethod().equals("GET") && !request.getMethod().equals("HEAD")) {
            response.getHeaders().put(HttpHeader.ALLOW, "GET, HEAD");
            return answer(405, "text/plain;charset=utf-8", new byte[0], response, callback);
        }
        String path = Request.getPathInContext(request);
        Optional<byte[]> file = Optional.ofNullable(files.get(path.equals("/") ? PAGE : path));
        boolean page = file.isEmpty() && extension(path).isEmpty();
        if (file.isEmpty() && !page) {
            return answer(404, "text/plain;charset=utf-8", new byte[0], response, callback);
        }
        boolean hashedName = file.isPresent() && path.startsWith("/assets/");
        response.getHeaders().put(HttpHeader.CACHE_CONTROL, hashedName ? "max-age=31536000, immutable" : "no-cache");
        byte[] bytes = file.orElseGet(() -> files.getOrDefault(PAGE, new byte[0]));
        String type =
                TYPES.getOrDefault(page || path.equals("/") ? "html" : extension(path), "application/octet-stream");
        return answer(200, type, bytes, response, callback);
    }

    private boolean answer(int status, String type, byte[] bytes, Response response, Callback callback) {
        response.setStatus(status);
        response.getHeaders()
                .put(HttpHeader.CONTENT_TYPE, type)
                .put("Content-Security-Policy", contentSecurityPolicy)
                .put("X-Content-Type-Options", "nosniff")
                .put("Referrer-Policy", "strict-origin-when-cross-origin")
                .put("Cross-Origin-Opener-Policy", "same-origin");
        response.write(true, ByteBuffer.wrap(bytes), callback);
        return true;
    }

    private static String pathOf(Path folder, Path file) {
        return "/" + folder.relativize(file).toString().replace('\\', '/');
    }

    private static String extension(String path) {
        String name = path.substring(path.lastIndexOf('/') + 1);
        return name.indexOf('.') < 0
                ? ""
                : name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
    }

    private static byte[] bytes(Path file) {
        try {
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
