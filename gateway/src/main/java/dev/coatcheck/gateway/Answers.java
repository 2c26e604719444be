package dev.coatcheck.gateway;

import dev.coatcheck.Problem;
import dev.coatcheck.http.WebResponse;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import javax.net.ssl.SSLHandshakeException;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

/** What the gateway answers itself: a problem document for scripts, the same as a page for people. */
final class Answers {
    private Answers() {}

    static Problem unreachable(Upstream upstream, Throwable failure) {
        if (causes(failure).anyMatch(TimeoutException.class::isInstance)) {
            return Problem.of(
                    504,
                    "upstream-timeout",
                    capitalised(upstream.name()) + " does not answer",
                    capitalised(upstream.name()) + " at " + upstream.origin()
                            + " took the request, and said nothing for too long. Look at what it is doing.");
        }
        boolean known = causes(failure)
                .noneMatch(cause -> cause instanceof java.net.UnknownHostException
                        || cause instanceof java.nio.channels.UnresolvedAddressException);
        boolean connected = causes(failure)
                .noneMatch(cause -> cause instanceof java.net.ConnectException
                        || cause instanceof java.net.SocketTimeoutException
                        || cause instanceof java.net.NoRouteToHostException);
        String what;
        if (causes(failure).anyMatch(SSLHandshakeException.class::isInstance)) {
            return Problem.of(
                    502,
                    "upstream-unreachable",
                    capitalised(upstream.name()) + " is not trusted",
                    "The certificate of " + upstream.origin()
                            + " is not one that Java trusts, and nothing was sent. Give a"
                            + " key store with it: JAVA_TOOL_OPTIONS=-Djavax.net.ssl.trustStore=FILE.");
        }
        if (!known) {
            what = "The host of " + upstream.origin() + " is not known here. ";
        } else if (!connected) {
            what = "Nothing answers at " + upstream.origin() + ". ";
        } else {
            what = upstream.origin() + " broke off before it answered, or answered something that is not HTTP. ";
        }
        return Problem.of(
                502,
                "upstream-unreachable",
                capitalised(upstream.name()) + (connected && known ? " broke off" : " is not running"),
                what + upstream.wayOut());
    }

    static Problem tooManyTunnels() {
        return Problem.unavailable(Duration.ofSeconds(5));
    }

    static Problem ambiguousPath() {
        return Problem.malformed("The path has a dot segment, or does not begin with a single slash.");
    }

    static Problem foreignHost() {
        return Problem.of(
                421,
                "host-not-served",
                "This host is not served here",
                "A page elsewhere may have pointed a name of its own at this machine. Open the address that was printed"
                        + " at the start, or start with --host and the name.");
    }

    static Problem noTrace() {
        return Problem.methodNotAllowed("GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS");
    }

    /** Ends the exchange; what an upstream had begun to answer must not have been sent yet. */
    static void write(Problem problem, Request request, Response response, Callback callback) {
        WebResponse answer = isPage(request) ? page(problem) : problem.toResponse();
        response.reset();
        response.setStatus(answer.status());
        answer.headers().forEach(header -> response.getHeaders().add(new HttpField(header.name(), header.value())));
        byte[] body = request.getMethod().equals("HEAD") ? new byte[0] : answer.body();
        response.write(true, ByteBuffer.wrap(body), callback);
    }

    private static boolean isPage(Request request) {
        String destination = request.getHeaders().get("Sec-Fetch-Dest");
        if (destination != null) {
            return destination.equals("document") || destination.equals("iframe");
        }
        return Optional.ofNullable(request.getHeaders().get(HttpHeader.ACCEPT))
                .filter(accept -> accept.contains("text/html"))
                .isPresent();
    }

    private static WebResponse page(Problem problem) {
        String again = problem.status() == 502 ? "<meta http-equiv=\"refresh\" content=\"2\">" : "";
        String html = "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\">" + again
                + "<title>" + escaped(problem.title()) + "</title>"
                + "<style>body{font:1.1rem/1.6 system-ui,sans-serif;max-width:38rem;margin:15vh auto;padding:0 1rem;"
                + "color-scheme:light dark}code{font-size:.9em}</style>"
                + "<h1>" + escaped(problem.title()) + "</h1><p>" + escaped(problem.detail()) + "</p>"
                + (again.isEmpty() ? "" : "<p>This page looks again every two seconds.</p>")
                + "<p><code>" + problem.status() + " " + problem.code() + "</code> from coatcheck dev</p></html>";
        return WebResponse.status(problem.status())
                .with("Cache-Control", "private, no-store")
                .with("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'")
                .with("X-Content-Type-Options", "nosniff")
                .with(problem.headers())
                .withBody("text/html;charset=utf-8", html.getBytes(StandardCharsets.UTF_8));
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }

    private static String capitalised(String text) {
        return text.isEmpty() ? text : text.substring(0, 1).toUpperCase(Locale.ROOT) + text.substring(1);
    }

    private static Stream<Throwable> causes(Throwable failure) {
        return Stream.<@Nullable Throwable>iterate(failure, cause -> cause != null, cause -> cause.getCause())
                .limit(16);
    }
}
