package dev.coatcheck.bench;

import dev.coatcheck.Authenticator;
import dev.coatcheck.Coatcheck;
import dev.coatcheck.cors.Cors;
import dev.coatcheck.cors.CorsPolicy;
import dev.coatcheck.endpoints.AuthEndpoints;
import dev.coatcheck.http.RequestHead;
import dev.coatcheck.json.JsonValues;
import dev.coatcheck.server.JettyLimits;
import dev.coatcheck.server.JettyServer;
import dev.coatcheck.session.Principal;
import dev.coatcheck.session.Transport;
import dev.coatcheck.site.Origin;
import dev.coatcheck.store.MemorySessionStore;
import dev.coatcheck.store.SessionStore;
import dev.coatcheck.stores.nearcache.NearCachePolicy;
import dev.coatcheck.stores.nearcache.NearCachedStore;
import dev.coatcheck.stores.redis.RedisAddress;
import dev.coatcheck.stores.redis.RedisSessionStore;
import dev.coatcheck.stores.redis.RedisSettings;
import dev.coatcheck.stores.sql.SqlDatabase;
import dev.coatcheck.stores.sql.SqlSessionStore;
import dev.coatcheck.stores.sql.Tells;
import dev.coatcheck.token.KeyRing;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.PreEncodedHttpField;
import org.eclipse.jetty.server.Server;

/**
 * One measured server as a process of its own. Says {@code listening PORT} and ends when its standard input does, so that it
 * never outlives the run.
 */
final class Served {
    /** The app's page stands on another origin than the API, as it does for a single-page app. */
    static final String APP = "http://localhost:5173";

    private static final String API = "http://localhost:8080";

    private Served() {}

    /**
     * Runs until standard input ends.
     *
     * @param arguments layer, store or {@code -}, its address, and for how many users
     */
    public static void main(String[] arguments) throws Exception {
        Variant.Layer layer = Variant.Layer.valueOf(arguments[0]);
        Optional<StoreKind> store =
                arguments[1].equals("-") ? Optional.empty() : Optional.of(StoreKind.valueOf(arguments[1]));
        try (Stopping stopping = new Stopping()) {
            Server server = server(new Variant(layer, store), arguments[2], Integer.parseInt(arguments[3]), stopping);
            stopping.last(server::stop);
            server.start();
            System.out.println("listening " + JettyServer.port(server));
            awaitEndOfInput();
        }
        // What a driver left running must not hold the process.
        System.exit(0);
    }

    static Server server(Variant variant, String url, int users, Stopping stopping) {
        InetSocketAddress anyPort = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        return switch (variant.layer()) {
            case NONE ->
                JettyServer.withoutSessions(anyPort, new Application(new Application.Nothing()), JettyLimits.DEFAULT);
            case AS_LONG ->
                JettyServer.withoutSessions(
                        anyPort, new Application(new Application.Nothing(), sessionLines()), JettyLimits.DEFAULT);
            case CALL, TWO_CALLS -> {
                StoreCall one = stopping.last(StoreCall.open(variant.store().orElseThrow(), url, users));
                StoreCall call = variant.layer() == Variant.Layer.TWO_CALLS ? new StoreCall.LookingFirst(one) : one;
                yield JettyServer.withoutSessions(
                        anyPort, new Application(new Application.Called(call)), JettyLimits.DEFAULT);
            }
            case SESSIONS, NEAR -> {
                SessionStore store = open(variant, url, stopping);
                yield JettyServer.listening(
                        anyPort, pipeline(store), new Application(new Application.Sessions()), JettyLimits.DEFAULT);
            }
        };
    }

    private static SessionStore open(Variant variant, String url, Stopping stopping) {
        SessionStore store = opened(variant, url, stopping);
        return variant.layer() == Variant.Layer.NEAR
                ? stopping.last(NearCachedStore.over(store, NearCachePolicy.DEFAULT))
                : store;
    }

    private static SessionStore opened(Variant variant, String url, Stopping stopping) {
        return switch (variant.store().orElseThrow()) {
            case MEMORY -> stopping.last(new MemorySessionStore());
            case SQLITE, POSTGRESQL, MARIADB ->
                stopping.last(new SqlSessionStore(stopping.last(SqlDatabase.open(
                        url,
                        Optional.empty(),
                        variant.layer() == Variant.Layer.NEAR ? Tells.EVERY_WRITE : Tells.ENDINGS))));
            case REDIS ->
                stopping.last(RedisSessionStore.open(RedisSettings.DEFAULT.withAddress(RedisAddress.of(url))));
        };
    }

    /** With all its defaults: what is measured is what people run. */
    private static Coatcheck pipeline(SessionStore store) {
        Authenticator everybody =
                attempt -> new Authenticator.Outcome.Accepted(Principal.of(attempt.username(), attempt.username()));
        return Coatcheck.on(origin(API), store, KeyRing.ephemeral(new SecureRandom()), new JsonValues())
                .apps(Set.of(origin(APP)))
                .routes(new AuthEndpoints(everybody, Set.of(Transport.COOKIE)).at("/auth"))
                .build();
    }

    /** What the pipeline adds to the answers to a signed-in person's ordinary requests, made once as it makes it. */
    private static List<HttpField> sessionLines() {
        return Cors.by(CorsPolicy.DEFAULT.withOrigins(Set.of(origin(APP))))
                .decide(RequestHead.get("/me").with("Origin", APP))
                .headers()
                .stream()
                .<HttpField>map(line -> new PreEncodedHttpField(line.name(), line.value()))
                .toList();
    }

    private static Origin origin(String text) {
        return Origin.parse(text).orElseThrow();
    }

    private static void awaitEndOfInput() throws IOException {
        while (System.in.read() >= 0) {
            Thread.onSpinWait();
        }
    }
}
