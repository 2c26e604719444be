package dev.coatcheck.doctor;

import dev.coatcheck.browser.Network;
import dev.coatcheck.browser.NetworkRequest;
import dev.coatcheck.browser.NetworkResponse;
import dev.coatcheck.site.Origin;
import java.io.IOException;
import java.net.ConnectException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLException;

/** The network of one examination, with narrow bounds: one host only, a small number of requests, a time limit for all of them. */
final class ProbeNetwork implements Network {
    static final int MAX_REQUESTS = 32;

    private final Origin api;
    private final Network network;
    private final Reach reach;
    private final long end;
    private final List<String> refusedHosts = new ArrayList<>();
    private Optional<String> failure = Optional.empty();
    private int sent;
    private int answered;

    ProbeNetwork(Origin api, Network network, Reach reach) {
        this.api = api;
        this.network = network;
        this.reach = reach;
        this.end = System.nanoTime() + reach.all().toNanos();
    }

    @Override
    public NetworkResponse send(NetworkRequest request) throws IOException {
        Optional<Origin> target = Origin.ofUrl(request.url().replaceFirst("^ws(s?):", "http$1:"));
        String host = target.map(Origin::host).orElse("");
        if (!host.equals(api.host())) {
            refusedHosts.add(host);
            throw new IOException("The doctor asks " + api.host() + " only, not " + host);
        }
        if (reach.thisMachineOnly() && !target.equals(Optional.of(api))) {
            refusedHosts.add(target.map(Origin::toString).orElse(host));
            throw new IOException("The doctor asks " + api + " only, not " + target.orElseThrow());
        }
        if (sent >= MAX_REQUESTS) {
            throw new IOException("The doctor makes " + MAX_REQUESTS + " requests at most");
        }
        if (System.nanoTime() - end > 0) {
            throw new IOException("The doctor asks for " + reach.all().toSeconds() + " s at most");
        }
        sent++;
        try {
            NetworkResponse response = network.send(request);
            answered++;
            return response;
        } catch (IOException e) {
            failure = Optional.of(explain(e));
            throw e;
        }
    }

    private static String explain(IOException e) {
        if (e instanceof ConnectException) {
            return "nobody listens there";
        }
        if (e instanceof SSLException tls) {
            return Certificates.explain(tls);
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
