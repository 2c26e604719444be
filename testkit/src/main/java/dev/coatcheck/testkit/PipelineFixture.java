package dev.coatcheck.testkit;

import dev.coatcheck.Admission;
import dev.coatcheck.Coatcheck;
import dev.coatcheck.Exchange;
import dev.coatcheck.ProblemException;
import dev.coatcheck.http.RequestHead;
import dev.coatcheck.http.WebResponse;
import dev.coatcheck.session.Principal;
import dev.coatcheck.session.SessionEvent;
import dev.coatcheck.session.ValueCodec;
import dev.coatcheck.site.Origin;
import dev.coatcheck.store.StoreUnavailableException;
import dev.coatcheck.token.KeyRing;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;

/** A pipeline over the store under test, an app on another origin, and a browser that is no more than a cookie and a token. */
public abstract class PipelineFixture extends SessionStoreFixture {
    static final String APP = "https://app.example.com";
    static final Origin API = Origin.parse("https://api.example.com").orElseThrow();
    static final Principal ANN = Principal.of("ann-" + System.nanoTime(), "Ann");

    final MutableClock clock = MutableClock.at(now);
    final KeyRing keys = KeyRing.ephemeral(new SecureRandom());
    final ConcurrentLinkedQueue<SessionEvent> events = new ConcurrentLinkedQueue<>();
    Coatcheck coatcheck;
    CountedStore counted;

    PipelineFixture() {}

    @BeforeEach
    void assemble() {
        counted = new CountedStore(store);
        coatcheck = pipeline(builder -> builder);
    }

    final Coatcheck pipeline(UnaryOperator<Coatcheck.Builder> wishes) {
        return wishes.apply(Coatcheck.on(API, counted, keys, new Words())
                        .apps(Set.of(Origin.parse(APP).orElseThrow()))
                        .survivors(Set.of("basket"))
                        .clock(clock)
                        .events(events::add))
                .build();
    }

    /** Strings and whole numbers as JSON: enough for these tests, and no library. */
    static final class Words implements ValueCodec {
        @Override
        public String write(Object value) {
            return value instanceof Integer ? value.toString() : '"' + value.toString() + '"';
        }

        @Override
        public <T> T read(String json, Class<T> type) {
            return type.cast(
                    type == Integer.class ? (Object) Integer.valueOf(json) : json.substring(1, json.length() - 1));
        }
    }

    /** What a browser keeps of us. */
    static final class Jar {
        volatile Optional<String> cookie = Optional.empty();
        volatile Optional<String> csrf = Optional.empty();

        Jar copy() {
            Jar copy = new Jar();
            copy.cookie = cookie;
            copy.csrf = csrf;
            return copy;
        }
    }

    final RequestHead request(String method, String path, Jar jar) {
        RequestHead request = RequestHead.of(method, path).from("192.0.2.7").with("Origin", APP);
        jar.cookie.ifPresent(value -> request.with("Cookie", "__Host-coatcheck=" + value));
        jar.csrf.ifPresent(value -> request.with("X-CSRF-Token", value));
        return request;
    }

    /** Admits the request, lets the application work, commits and finishes; the jar keeps what the answer says. */
    final WebResponse exchange(RequestHead request, Jar jar, Consumer<Exchange> application) {
        WebResponse answer = answer(coatcheck, request, application);
        keep(answer, jar);
        return answer;
    }

    static WebResponse answer(Coatcheck coatcheck, RequestHead request, Consumer<Exchange> application) {
        Admission admission = coatcheck.admit(request);
        return admission.fold(answered -> answered, exchange -> {
            try {
                application.accept(exchange);
            } catch (ProblemException | StoreUnavailableException e) {
                return exchange.answerFor(e);
            }
            WebResponse answer = exchange.answer(WebResponse.status(200));
            exchange.finish();
            return answer;
        });
    }

    static void keep(WebResponse answer, Jar jar) {
        answer.headers().stream()
                .filter(header -> header.name().equals("Set-Cookie"))
                .filter(header -> header.value().startsWith("__Host-coatcheck="))
                .forEach(header -> {
                    String value = header.value()
                            .substring(
                                    "__Host-coatcheck=".length(), header.value().indexOf(';'));
                    jar.cookie = value.isEmpty() ? Optional.empty() : Optional.of(value);
                });
        answer.header("X-CSRF-Token").ifPresent(token -> jar.csrf = Optional.of(token));
    }

    final WebResponse get(Jar jar, Consumer<Exchange> application) {
        return exchange(request("GET", "/x", jar), jar, application);
    }

    final WebResponse post(Jar jar, Consumer<Exchange> application) {
        return exchange(request("POST", "/x", jar), jar, application);
    }

    /** A browser in which Ann has signed in. */
    final Jar signedIn() {
        return signedIn(ANN);
    }

    final Jar signedIn(Principal principal) {
        Jar jar = new Jar();
        post(jar, exchange -> {
            exchange.session().signIn(principal);
            exchange.handOutCsrf();
        });
        return jar;
    }

    static String code(WebResponse answer) {
        Matcher code =
                Pattern.compile("\"code\":\"([^\"]+)\"").matcher(new String(answer.body(), StandardCharsets.UTF_8));
        return answer.status() + (code.find() ? " " + code.group(1) : "");
    }

    final long told(SessionEvent.Kind kind) {
        return events.stream().filter(event -> event.kind() == kind).count();
    }
}
