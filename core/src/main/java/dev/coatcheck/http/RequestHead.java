package dev.coatcheck.http;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A request that no connection stands behind: for what a parser refused before it was a request, and for tests. Filled by
 * {@link #with}, {@link #from} and {@link #body(String)}.
 */
public final class RequestHead implements WebRequest {
    private final String method;
    private final String path;
    private final Optional<String> query;
    private final Map<String, List<String>> headers = new TreeMap<>();
    private String peer = "";
    private byte[] body = {};

    private RequestHead(String method, String path, Optional<String> query) {
        this.method = method;
        this.path = path;
        this.query = query;
    }

    /** A request of this method for this target: a path, and behind a question mark a query. */
    public static RequestHead of(String method, String path) {
        int mark = path.indexOf('?');
        return mark < 0
                ? new RequestHead(method, path, Optional.empty())
                : new RequestHead(method, path.substring(0, mark), Optional.of(path.substring(mark + 1)));
    }

    /** A GET for this target. */
    public static RequestHead get(String path) {
        return of("GET", path);
    }

    /** A POST for this target. */
    public static RequestHead post(String path) {
        return of("POST", path);
    }

    /** This request, with one more header line. */
    public RequestHead with(String name, String value) {
        headers.computeIfAbsent(name.toLowerCase(Locale.ROOT), key -> new ArrayList<>())
                .add(value);
        return this;
    }

    /** This request, from this peer. */
    public RequestHead from(String address) {
        peer = address;
        return this;
    }

    @Override
    public String method() {
        return method;
    }

    @Override
    public String scheme() {
        return "https";
    }

    @Override
    public String path() {
        return path;
    }

    @Override
    public Optional<String> query() {
        return query;
    }

    @Override
    public List<String> headers(String name) {
        return headers.getOrDefault(name.toLowerCase(Locale.ROOT), List.of());
    }

    @Override
    public String peerAddress() {
        return peer;
    }

    /** This request, with this text as its body, in UTF-8. */
    public RequestHead body(String text) {
        body = text.getBytes(StandardCharsets.UTF_8);
        return this;
    }

    @Override
    public InputStream body() {
        return new ByteArrayInputStream(body);
    }
}
