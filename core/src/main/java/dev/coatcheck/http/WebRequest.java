package dev.coatcheck.http;

import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * A request as an adapter hands it over: read-only, nothing decided. Adapters translate from Jetty, servlets or a proxy
 * and pass everything on as it came.
 */
public interface WebRequest {
    /** The method as sent, case kept (RFC 9110 §9.1). */
    String method();

    /** {@code http} or {@code https}, as the connection has it: {@code X-Forwarded-Proto} is core's business. */
    String scheme();

    /** The path of the target, percent-encoding kept, starting with a slash; {@code *} for {@code OPTIONS *}. */
    String path();

    /** The query without its question mark; empty when there is none. */
    Optional<String> query();

    /** All lines of this header in order, names compared without case; ISO-8859-1 text. */
    List<String> headers(String name);

    /** The peer's address in text, without port or brackets. */
    String peerAddress();

    /** The body, to be read once; never closed by core. */
    InputStream body() throws IOException;

    /** The first line of this header. */
    default Optional<String> header(String name) {
        List<String> lines = headers(name);
        return lines.isEmpty() ? Optional.empty() : Optional.of(lines.get(0));
    }

    /** Whether the method is safe (RFC 9110 §9.2.1) and the request opens no WebSocket. */
    default boolean isSafe() {
        return (method().equals("GET") || method().equals("HEAD") || method().equals("OPTIONS")) && !opensWebSocket();
    }

    /** Whether this is a WebSocket handshake (RFC 6455 §4.1, RFC 8441 §5). No other method is one, whatever it says. */
    default boolean opensWebSocket() {
        if (method().equals("CONNECT")) {
            return header(":protocol").filter("websocket"::equals).isPresent();
        }
        List<String> upgrades = method().equals("GET") ? headers("Upgrade") : List.of();
        return !upgrades.isEmpty()
                && upgrades.stream()
                        .anyMatch(line -> line.toLowerCase(Locale.ROOT).contains("websocket"));
    }
}
