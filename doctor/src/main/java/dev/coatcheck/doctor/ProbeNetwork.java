package dev.coatcheck.doctor;

import dev.coatcheck.browser.Headers;
import dev.coatcheck.browser.Network;
import dev.coatcheck.browser.NetworkRequest;
import dev.coatcheck.browser.NetworkResponse;
import dev.coatcheck.site.Origin;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * The real network with narrow bounds: one host only, a small number of requests, a time limit for the whole answer and a size limit for
 * its body. What is longer is cut off.
 */
final class ProbeNetwork implements Network {
    static final int MAX_REQUESTS = 32;
    private static final int MAX_BODY = 256 << 10;
    private static final Duration TIMEOUT = Duration.ofSeconds(10);
    private static final Set<String> OWN_HEADERS = Set.of("connection", "content-length", "expect", "host", "upgrade");

    private final String host;
    private final Duration timeout;
    private final List<String> refusedHosts = new ArrayList<>();
    private Optional<String> failure = Optional.empty();
    private int sent;
    private int answered;

    ProbeNetwork(Origin api) {
        this(api, TIMEOUT);
    }

    ProbeNetwork(Origin api, Duration timeout) {
        this.host = api.host();
        this.timeout = timeout;
    }

    @Override
    public NetworkResponse send(NetworkRequest request) throws IOException {
        String target = Origin.ofUrl(request.url()).map(Origin::host).orElse("");
        if (!target.equals(host)) {
            refusedHosts.add(target);
            throw new IOException("The doctor asks " + host + " only, not " + target);
        }
        if (sent >= MAX_REQUESTS) {
            throw new IOException("The doctor makes " + MAX_REQUESTS + " requests at most");
        }
        sent++;
        try {
            NetworkResponse response = exchange(translate(request));
            answered++;
            return response;
        } catch (IOException e) {
            failure = Optional.of(explain(e));
            throw e;
        }
    }

    private NetworkResponse exchange(HttpRequest request) throws IOException {
        // A connection of its own for each request: a pooled one that the server has just closed looks like a server
        // that fails.
        HttpClient client = HttpClient.newBuilder()
                .connectTimeout(TIMEOUT)
                .followRedirects(HttpClient.Redirect.NEVER)
                .build();
        CompletableFuture<NetworkResponse> answer =
                client.sendAsync(request, BodyHandlers.ofInputStream()).thenApply(ProbeNetwork::read);
        try {
            return answer.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            answer.cancel(true);
            throw new HttpTimeoutException("no complete answer within " + timeout.toSeconds() + " s");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof IOException io ? io : new IOException(e.getCause());
        }
    }

    private static NetworkResponse read(HttpResponse<InputStream> response) {
        List<Headers.Field> fields = new ArrayList<>();
        response.headers()
                .map()
                .forEach((name, values) -> values.forEach(value -> {
                    if (!name.startsWith(":")) {
                        fields.add(new Headers.Field(name, value));
                    }
                }));
        return new NetworkResponse(response.statusCode(), Headers.of(fields), body(response));
    }

    private static String body(HttpResponse<InputStream> response) {
        try (InputStream in = response.body()) {
            return new String(in.readNBytes(MAX_BODY), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static HttpRequest translate(NetworkRequest request) throws IOException {
        try {
            HttpRequest.Builder builder = HttpRequest.newBuilder(URI.create(request.url()))
                    .version(HttpClient.Version.HTTP_1_1)
                    .timeout(TIMEOUT)
                    .method(
                            request.method(),
                            request.body().map(BodyPublishers::ofString).orElse(BodyPublishers.noBody()));
            for (Headers.Field field : request.headers().fields()) {
                if (!OWN_HEADERS.contains(field.name().toLowerCase(Locale.ROOT))) {
                    builder.header(field.name(), field.value());
                }
            }
            return builder.build();
        } catch (IllegalArgumentException e) {
            throw new IOException("the request can't be written: " + e.getMessage(), e);
        }
    }

    private static String explain(IOException e) {
        if (e instanceof ConnectException) {
            return "nobody listens there, or the name is unknown";
        }
        return Optional.ofNullable(e.getMessage()).orElse(e.getClass().getSimpleName());
    }

    /** Hosts that an answer redirected to, and that were not asked. */
    List<String> refusedHosts() {
        return List.copyOf(refusedHosts);
    }

    /** Whether any answer came. */
    boolean answered() {
        return answered > 0;
    }

    /** What happened to the last request that got no answer. */
    Optional<String> failure() {
        return failure;
    }

    int sent() {
        return sent;
    }
}
