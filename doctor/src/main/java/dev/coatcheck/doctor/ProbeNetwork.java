package dev.coatcheck.doctor;

import dev.coatcheck.browser.HttpNetwork;
import dev.coatcheck.browser.Network;
import dev.coatcheck.browser.NetworkRequest;
import dev.coatcheck.browser.NetworkResponse;
import dev.coatcheck.site.Origin;
import java.io.IOException;
import java.net.ConnectException;
import java.net.http.HttpClient;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
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
            NetworkResponse response = exchange(request);
            answered++;
            return response.body().length() > MAX_BODY
                    ? response.withBody(response.body().substring(0, MAX_BODY))
                    : response;
        } catch (IOException e) {
            failure = Optional.of(explain(e));
            throw e;
        }
    }

    /** In a thread of its own, since a body that never ends can only be given up from outside. */
    private NetworkResponse exchange(NetworkRequest request) throws IOException {
        FutureTask<NetworkResponse> answer =
                new FutureTask<>(() -> freshConnection().send(request));
        Thread thread = new Thread(answer, "coatcheck doctor");
        thread.setDaemon(true);
        thread.start();
        try {
            return answer.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            answer.cancel(true);
            throw new HttpTimeoutException("no complete answer within " + timeout.toSeconds() + " s");
        } catch (InterruptedException e) {
            answer.cancel(true);
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof IOException io ? io : new IOException(e.getCause());
        }
    }

    /** A pooled connection that the server has just closed looks like a server that fails, so none is used twice. */
    private HttpNetwork freshConnection() {
        return new HttpNetwork(HttpClient.newBuilder().connectTimeout(timeout).build(), timeout);
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
}
