package dev.coatcheck.stores.redis;

import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.RedisCommandTimeoutException;
import io.lettuce.core.cluster.PartitionSelectorException;
import io.netty.handler.ssl.SslHandshakeTimeoutException;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.security.cert.CertificateException;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import javax.net.ssl.SSLException;

/**
 * Why a Redis can't be used, and the way out, in a person's words. The client library says little more than that it can't
 * connect; what stands behind it is among the causes.
 */
final class SetupRefusal {
    private static final String UNREACHABLE = "Start Redis, or correct host and port";
    private static final Reason TLS_MISSING = new Reason(
            "it does not speak TLS there",
            "Switch TLS on (tls-port) and write its port, or write redis:// where nobody can listen");

    private final RedisAddress address;
    private final List<Throwable> causes;

    private SetupRefusal(RedisAddress address, Throwable failure) {
        this.address = address;
        this.causes = Stream.<Throwable>iterate(failure, Objects::nonNull, Throwable::getCause)
                .limit(20)
                .toList();
    }

    /** @param where what of the address was met */
    static RedisSetupException of(RedisAddress address, String where, Throwable failure) {
        Reason reason = new SetupRefusal(address, failure).reason();
        return RedisSetupException.server(where, reason.why, reason.way, failure);
    }

    /** When a node answered, and none of those that it named. */
    static RedisSetupException ofNodes(RedisAddress address, Throwable failure) {
        SetupRefusal refusal = new SetupRefusal(address, failure);
        Reason reason = refusal.said(CertificateException.class)
                .map(why ->
                        refusal.certificate(why + " (a Cluster's nodes are met by the addresses that they announce)"))
                .orElseGet(() -> new Reason(
                        "it is a Cluster, and the nodes can't be reached where they announce themselves: "
                                + refusal.connecting(),
                        "Let them announce where this machine reaches them (cluster-announce-ip, cluster-announce-port"
                                + (address.tls() ? ", tls-cluster yes, cluster-announce-tls-port)" : ")")));
        return RedisSetupException.server(address.toString(), reason.why, reason.way, failure);
    }

    private record Reason(String why, String way) {}

    private Reason reason() {
        return said(CertificateException.class)
                .map(this::certificate)
                .or(() -> said(RedisCommandExecutionException.class).map(this::answer))
                .or(this::ofSentinels)
                .or(() -> said(PartitionSelectorException.class).map(why -> slots()))
                .or(() -> said(SSLException.class).map(this::tls))
                .or(this::hangingUp)
                .orElseGet(() -> new Reason("it can't be reached: " + connecting(), UNREACHABLE));
    }

    private Optional<String> said(Class<? extends Throwable> kind) {
        return causes.stream().filter(kind::isInstance).findFirst().map(e -> String.valueOf(e.getMessage()));
    }

    private Reason certificate(String why) {
        String authority = address.authorities().isPresent()
                ? "one of the authorities in the file of sslrootcert has to vouch for it"
                : "an authority that Java trusts has to vouch for it: add ?sslrootcert=FILE for one of your own";
        return new Reason(
                "its certificate is not accepted: " + why, "It has to have the name in the address, and " + authority);
    }

    private Reason answer(String text) {
        String what = text.strip();
        String word = what.split(" ", 2)[0];
        if (word.equals("WRONGPASS") || word.equals("NOAUTH") || what.contains("AUTH") || what.contains("password")) {
            return new Reason(
                    "it refuses the user or the password",
                    "Write them as its ACL or requirepass has them: user:password@ or :password@ before the host, with %40"
                            + " for @");
        }
        if (what.contains("accepted by Sentinel")) {
            return new Reason("it is a Sentinel", "Write redis-sentinel:// and, at the end, #master");
        }
        return switch (word) {
            case "NOPERM" ->
                new Reason(
                        "the user may not do what is needed (" + what + ")",
                        "Let it, with ACL SETUSER: docs/guide-redis.md names commands, keys and channels");
            case "LOADING" -> new Reason("it is still reading its data", "Start this again when it has done so");
            case "DENIED" ->
                new Reason(
                        "it lets in nobody from another machine (protected mode)",
                        "Give it a password, and write that in the address");
            case "CLUSTERDOWN" -> slots();
            default -> other(what);
        };
    }

    /** A server that does not know a command repeats what it was asked, and that may have been a password. */
    static String withoutArguments(String said) {
        int arguments = said.indexOf(", with args beginning with");
        return arguments < 0 ? said : said.substring(0, arguments);
    }

    private static Reason other(String what) {
        if (what.contains("DB index") || what.contains("SELECT is not allowed")) {
            return new Reason(
                    "it has no database of that number", "Write another one behind the slash; a Cluster has 0 alone");
        }
        if (what.contains("max number of clients")) {
            return new Reason("it has no connection left", "Raise maxclients");
        }
        return new Reason(
                "it answers: " + withoutArguments(what),
                "It takes Redis 6.2 or later, or Valkey, and a user who may use it");
    }

    private Optional<Reason> ofSentinels() {
        Optional<String> master = address.master();
        if (master.isEmpty()) {
            return Optional.empty();
        }
        if (causes.stream()
                .flatMap(cause -> Stream.of(cause.getSuppressed()))
                .anyMatch(other -> String.valueOf(other.getMessage()).contains("unknown command"))) {
            return Optional.of(
                    new Reason("it is no Sentinel", "Write the port of the Sentinels, or redis:// for a server alone"));
        }
        if (causes.stream()
                .anyMatch(cause -> String.valueOf(cause.getMessage()).startsWith("Cannot provide redisAddress"))) {
            return Optional.of(new Reason(
                    "its Sentinels know no master of the name " + master.get(),
                    "Write the name that stands in their line sentinel monitor, behind the #"));
        }
        return Optional.empty();
    }

    private static Reason slots() {
        return new Reason(
                "it is a Cluster, and there are slots that no node serves",
                "Give them to masters: redis-cli --cluster fix");
    }

    private Reason tls(String why) {
        if (why.contains("certificate_required") || why.contains("bad_certificate")) {
            return new Reason(
                    "it asks for a certificate of ours, and there is none to be had",
                    "Set tls-auth-clients no there, and let the user prove itself by its password");
        }
        return said(SslHandshakeTimeoutException.class).isPresent() || why.contains("not an SSL/TLS record")
                ? TLS_MISSING
                : new Reason("TLS with it fails: " + why, "Let it speak TLS 1.2 or 1.3");
    }

    /** Who does not understand what is spoken is silent, or goes away. */
    private Optional<Reason> hangingUp() {
        boolean silent = said(RedisCommandTimeoutException.class)
                .or(() -> said(TimeoutException.class))
                .isPresent();
        if (silent && address.tls()) {
            return Optional.of(TLS_MISSING);
        }
        if (silent) {
            return Optional.of(new Reason("it does not answer", "See whether it is well, or correct host and port"));
        }
        return causes.stream()
                        .map(cause -> String.valueOf(cause.getMessage()))
                        .anyMatch(why -> Stream.of("reset", "closed prematurely", "not registered")
                                .anyMatch(why::contains))
                ? Optional.of(new Reason(
                        "it hangs up at once",
                        address.tls() ? UNREACHABLE : "If it speaks TLS there, write rediss://; else correct the port"))
                : Optional.empty();
    }

    private String connecting() {
        return said(ConnectException.class)
                .or(() -> said(UnknownHostException.class))
                .orElseGet(() -> String.valueOf(causes.get(causes.size() - 1).getMessage()))
                .strip();
    }
}
