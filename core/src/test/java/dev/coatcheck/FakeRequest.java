package dev.coatcheck;

import dev.coatcheck.http.WebRequest;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** A request without a network: what an adapter would have handed over. */
public final class FakeRequest implements WebRequest {
    private final String method;
    private final String path;
    private final Map<String, List<String>> headers = new TreeMap<>();
    private String peer = "192.0.2.7";

    private FakeRequest(String method, String path) {
        this.method = method;
        this.path = path;
    }

    public static FakeRequest of(String method, String path) {
        return new FakeRequest(method, path);
    }

    public static FakeRequest get(String path) {
        return of("GET", path);
    }

    public static FakeRequest post(String path) {
        return of("POST", path);
    }

    public FakeRequest with(String name, String value) {
        headers.computeIfAbsent(name.toLowerCase(Locale.ROOT), key -> new ArrayList<>())
                .add(value);
        return this;
    }

    public FakeRequest from(String address) {
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
        return Optional.empty();
    }

    @Override
    public List<String> headers(String name) {
        return headers.getOrDefault(name.toLowerCase(Locale.ROOT), List.of());
    }

    @Override
    public String peerAddress() {
        return peer;
    }

    @Override
    public InputStream body() {
        return new ByteArrayInputStream(new byte[0]);
    }
}
