package dev.coatcheck.server.run;

import dev.coatcheck.Problem;
import dev.coatcheck.endpoints.SessionEvents;
import dev.coatcheck.session.SessionEvent;
import dev.coatcheck.store.SessionStore;
import dev.coatcheck.stores.nearcache.NearCacheState;
import dev.coatcheck.stores.nearcache.NearCachedStore;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.ToDoubleFunction;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/**
 * What is counted, in the text format of Prometheus. Labels are words of this program's own: no user, session, address or path
 * is among them.
 */
final class Metrics implements SessionEvent.Listener {
    /** Of problems: an application may make codes of its own, and whoever makes them of data must not fill the memory. */
    static final int MOST_CODES = 100;

    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final Map<String, Counter> problems = new ConcurrentHashMap<>();

    Metrics() {
        new JvmMemoryMetrics().bindTo(registry);
    }

    String text() {
        return registry.scrape();
    }

    @Override
    public void on(SessionEvent event) {
        Counter.builder("coatcheck.session.events")
                .description("What happened to sessions: sign-ins, endings, refusals, thefts")
                .tag("kind", event.kind().name().toLowerCase(Locale.ROOT))
                .tag("reason", event.detail())
                .register(registry)
                .increment();
    }

    /** Counts a problem document by its code, beyond {@link #MOST_CODES} as {@code other}. */
    void count(Problem problem) {
        Counter known = problems.get(problem.code());
        (known == null ? counting(problem.code()) : known).increment();
    }

    private synchronized Counter counting(String code) {
        return problems.computeIfAbsent(
                problems.size() < MOST_CODES ? code : "other",
                word -> Counter.builder("coatcheck.problems")
                        .description("Problem documents that requests were answered with")
                        .tag("code", word)
                        .register(registry));
    }

    /** The same store, with every call counted and timed. */
    SessionStore metered(SessionStore store) {
        return new MeteredStore(store, this::called);
    }

    private void called(String operation, String outcome, Duration took) {
        Timer.builder("coatcheck.store")
                .description("Calls of the session store")
                .tag("operation", operation)
                .tag("outcome", outcome)
                .register(registry)
                .record(took);
    }

    void watch(NearCachedStore near) {
        count(near, "hits", "Reads that were answered from memory", NearCacheState::hits);
        count(near, "misses", "Reads that went to the store", NearCacheState::misses);
        count(near, "untrusted", "Misses of what was kept and not proven fresh", NearCacheState::untrusted);
        count(near, "discarded", "Loads that met a write", NearCacheState::discarded);
        count(near, "flushes", "Times that everything was forgotten", NearCacheState::flushes);
        count(near, "stale", "Looks that were allowed while the store was silent", NearCacheState::stale);
        count(near, "carried", "Own writes after which the session was kept as written", NearCacheState::carried);
        gauge(near, "sessions", "Sessions kept", NearCacheState::sessions);
        gauge(
                near,
                "echo.age.seconds",
                "Since the latest proof of freshness; NaN without a channel",
                state -> state.echo().map(age -> age.toNanos() / 1e9).orElse(Double.NaN));
        gauge(
                near,
                "channel.up",
                "Whether the channel of signals is up",
                state -> state.echo().isPresent() ? 1 : 0);
    }

    void watch(SessionEvents events) {
        Gauge.builder("coatcheck.event.streams", events, SessionEvents::open)
                .description("Event streams that are open")
                .register(registry);
    }

    private void count(NearCachedStore near, String name, String what, ToDoubleFunction<NearCacheState> value) {
        FunctionCounter.builder("coatcheck.near.cache." + name, near, n -> value.applyAsDouble(n.state()))
                .description(what)
                .register(registry);
    }

    private void gauge(NearCachedStore near, String name, String what, ToDoubleFunction<NearCacheState> value) {
        Gauge.builder("coatcheck.near.cache." + name, near, n -> value.applyAsDouble(n.state()))
                .description(what)
                .register(registry);
    }

    /** Counts the answers of the server that it is put into, by status. */
    Handler.Singleton countingRequests() {
        return new Handler.Wrapper() {
            @Override
            public boolean handle(Request request, Response response, Callback callback) throws Exception {
                Request.addCompletionListener(
                        request,
                        failure -> Counter.builder("coatcheck.answers")
                                .description("Answers by status")
                                .tag("status", Integer.toString(response.getStatus()))
                                .register(registry)
                                .increment());
                return super.handle(request, response, callback);
            }
        };
    }
}
