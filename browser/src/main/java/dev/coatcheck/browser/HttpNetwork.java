package dev.coatcheck.browser;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * The real network, on the JDK's HTTP client: HTTP/1.1, no redirects, no cookies of its own, bodies read up to a limit. WebSocket
 * handshakes are sent as plain GET requests, so that the server's answer to their cookies and origin can be seen, and not completed.
 */
public final class HttpNetwork implements Network {
    private static final Duration TIMEOUT = Duration.ofSeconds(10);
    private static final int MAX_BODY = 4 << 20;
    private static final Set<String> OWN_HEADERS = Set.of("connection", "content-length", "expect", "host", "upgrade");

    private final HttpClient client;
    private final Duration timeout;

    /** With a time limit of ten seconds for each answer. */
    public HttpNetwork() {
        this(HttpClient.newBuilder().connectTimeout(TIMEOUT).build(), TIMEOUT);
    }

    /**
     * With a client of one's own, for instance one that trusts a development certificate. It must not follow redirects and must have
     * no cookie handler.
     */
    public HttpNetwork(HttpClient client, Duration timeout) {
        if (client.followRedirects() != HttpClient.Redirect.NEVER
                || client.cookieHandler().isPresent()) {
            throw new IllegalArgumentException(
                    "The client must neither follow redirects nor keep cookies: that is what the model does");
        }
        this.client = client;
        this.timeout = timeout;
    }

    @Override
    public NetworkResponse send(NetworkRequest request) throws IOException {
        try {
            HttpResponse<InputStream> response = client.send(translate(request), BodyHandlers.ofInputStream());
            try (InputStream body = response.body()) {
                return new NetworkResponse(
                        response.statusCode(),
                        headers(response),
                        new String(body.readNBytes(MAX_BODY), StandardCharsets.UTF_8));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("Interrupted while waiting for " + request.method() + " " + request.url(), e);
        } catch (IllegalArgumentException e) {
            throw new IOException("The HTTP client can't send " + request.method() + " " + request.url(), e);
        }
    }

    private HttpRequest translate(NetworkRequest request) {
        String url = request.url().replaceFirst("^ws(s?):", "http$1:");
        HttpRequest.Builder builder = HttpRequest.newBuilder(URI.create(url))
                .version(HttpClient.Version.HTTP_1_1)
                .timeout(timeout)
                .method(
                        request.method(),
                        request.body().map(BodyPublishers::ofString).orElse(BodyPublishers.noBody()));
        for (Headers.Field field : request.headers().fields()) {
            if (!OWN_HEADERS.contains(field.name().toLowerCase(Locale.ROOT))) {
                builder.header(field.name(), field.value());
            }
        }
        return builder.build();
    }

    private static Headers headers(HttpResponse<?> response) {
        List<Headers.Field> fields = new ArrayList<>();
        response.headers()
                .map()
                .forEach((name, values) -> values.forEach(value -> {
                    if (!name.startsWith(":")) {
                        fields.add(new Headers.Field(name, value));
                    }
                }));
        return Headers.of(fields);
    }
}
