package dev.coatcheck.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.coatcheck.Exchange;
import dev.coatcheck.Problem;
import dev.coatcheck.ProblemException;
import dev.coatcheck.http.WebRequest;
import dev.coatcheck.store.EndReason;
import dev.coatcheck.store.StoredSession;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/**
 * What an adapter owes the pipeline and the application, asked over a real connection: extend it by a class that starts a server.
 *
 * <p>What travels over the wire itself, streams, pipelines, clients that go away, is {@link AdapterWireContract}'s.
 */
public abstract class AdapterContract extends AdapterWireContract {
    private static final int ROUNDS = Rounds.of(20, 500);

    /** For subclasses. */
    protected AdapterContract() {}

    // --- what comes in

    @Test
    void theRequestIsHandedOverAsItCame() throws Exception {
        CompletableFuture<List<String>> seen = new CompletableFuture<>();
        on("/a%20b;x=1/%C3%A4", (exchange, call) -> seen.complete(describe(exchange.request())));
        get("/a%20b;x=1/%C3%A4?q=%20;&&r", "X-Two: one", "x-two: two, three", "X-Latin: \u00e4", "X-Empty:");
        assertThat(seen.get(10, TimeUnit.SECONDS))
                .containsExactly(
                        "GET",
                        "http",
                        "/a%20b;x=1/%C3%A4",
                        "q=%20;&&r",
                        "[one, two, three]",
                        "[\u00e4]",
                        "[]",
                        "127.0.0.1");
    }

    private static List<String> describe(WebRequest request) {
        return List.of(
                request.method(),
                request.scheme(),
                request.path(),
                request.query().orElse("no query"),
                request.headers("X-TWO").toString(),
                request.headers("X-Latin").toString(),
                request.headers("X-None").toString(),
                request.peerAddress());
    }

    @Test
    void anEndpointReadsTheBodyAndTheApplicationNeverSeesIt() throws Exception {
        try (Wire wire = connect()) {
            wire.send("POST /endpoint/echo HTTP/1.1\r\nHost: localhost\r\n" + FROM_APP
                    + "\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n4\r\ndefg\r\n0\r\n\r\n");
            Wire.Answer answer = wire.answer();
            assertThat(answer.text()).isEqualTo("abcdefg");
            assertReadable(answer);
        }
    }

    @Test
    void aPreflightReachesNeitherTheApplicationNorTheStore() throws Exception {
        AtomicInteger calls = new AtomicInteger();
        on("/x", (exchange, call) -> calls.incrementAndGet());
        String cookie = signedIn();
        store.forget();
        Wire.Answer answer = ask("OPTIONS", "/x", "Access-Control-Request-Method: PUT", cookie);
        assertThat(answer.status()).isEqualTo(204);
        assertThat(answer.all("Access-Control-Allow-Methods")).hasSize(1);
        assertThat(answer.all("Set-Cookie")).isEmpty();
        assertReadable(answer);
        assertThat(calls).hasValue(0);
        assertThat(store.reads.get() + store.writes.get()).isZero();
        ask("OPTIONS", "/x", cookie);
        assertThat(calls)
                .as("OPTIONS without a preflight's headers is the application's")
                .hasValue(1);
    }

    // --- what goes out: CORS

    @Test
    void everyAnswerToAListedOriginIsReadable() throws Exception {
        on("/200", (exchange, call) -> call.write(utf8("hello")));
        on("/boom", (exchange, call) -> {
            throw new IllegalStateException("boom");
        });
        on("/redirect", (exchange, call) -> call.redirect("/200"));
        on("/418", (exchange, call) -> call.error(418));
        on("/304", (exchange, call) -> call.status(304));
        String cookie = signedIn();
        List<Wire.Answer> answers = new ArrayList<>(List.of(
                get("/200"),
                get("/private"),
                ask("POST", "/200", cookie, "Content-Length: 0"),
                get("/nowhere"),
                get("/boom"),
                get("/redirect"),
                get("/418"),
                get("/304"),
                ask("HEAD", "/200")));
        store.silent = true;
        answers.add(get("/200", cookie));
        assertThat(answers)
                .extracting(Wire.Answer::status)
                .containsExactly(200, 401, 403, 404, 500, 302, 418, 304, 200, 503);
        answers.forEach(this::assertReadable);
    }

    @Test
    void whatIsReadThroughAnOutageSaysSoAndIsNotWritten() throws Exception {
        on("/write", (exchange, call) -> {
            exchange.session().set("k", "v");
            call.write(utf8("never seen"));
        });
        String cookie = signedIn();
        clock.advance(Duration.ofMinutes(5));
        store.silent = true;
        store.known = true;
        Wire.Answer answer = get("/whoami", cookie);
        assertThat(answer.text()).isEqualTo("Ann");
        assertThat(answer.all("Coatcheck-Session")).containsExactly("stale");
        assertThat(answer.only("Access-Control-Expose-Headers").orElseThrow()).contains("Coatcheck-Session");
        assertThat(answer.all("Cache-Control")).containsExactly("private, no-store");
        assertThat(answer.all("Set-Cookie")).isEmpty();
        assertReadable(answer);
        assertThat(ask("HEAD", "/whoami", cookie).all("Coatcheck-Session")).containsExactly("stale");
        assertThat(get("/write", cookie).code()).isEqualTo("store-unavailable");
        assertThat(ask("POST", "/whoami", cookie, "Content-Length: 0").code()).isEqualTo("store-unavailable");
    }

    @Test
    void aStrangersPageMayReadNothing() throws Exception {
        on("/boom", (exchange, call) -> {
            throw new IllegalStateException("boom");
        });
        for (String path : List.of("/whoami", "/private", "/nowhere", "/boom")) {
            Wire.Answer answer = get(path, "Origin: " + STRANGER);
            assertThat(answer.all("Access-Control-Allow-Origin")).as(path).isEmpty();
            assertThat(answer.all("Access-Control-Allow-Credentials")).as(path).isEmpty();
            assertVaries(answer);
        }
    }

    @Test
    void theApplicationsOwnCorsLinesGiveWayAndItsVaryStays() throws Exception {
        on("/own", (exchange, call) -> {
            call.set("access-control-allow-origin", "*");
            call.add("Access-Control-Allow-Credentials", "false");
            call.add("vary", "Accept-Encoding");
            call.add("Vary", "Accept-Language, Cookie");
            call.write(utf8("x"));
        });
        Wire.Answer answer = get("/own");
        assertReadable(answer);
        assertThat(vary(answer)).contains("accept-encoding", "accept-language", "cookie", "origin");
    }

    @Test
    void theApplicationsOwnCorsLinesLetNoStrangerIn() throws Exception {
        on("/open", (exchange, call) -> {
            call.set("Access-Control-Allow-Origin", STRANGER);
            call.set("Access-Control-Allow-Credentials", "true");
            call.set("Access-Control-Expose-Headers", "X-Secret");
            call.write(utf8("x"));
        });
        Wire.Answer answer = get("/open", "Origin: " + STRANGER);
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.all("Access-Control-Allow-Origin")).isEmpty();
        assertThat(answer.all("Access-Control-Allow-Credentials")).isEmpty();
        assertThat(answer.all("Access-Control-Expose-Headers")).isEmpty();
        assertVaries(answer);
    }

    // --- what goes out: tickets and caches

    @Test
    void nothingToRememberSetsNoCookieAndAsksNoStore() throws Exception {
        on("/plain", (exchange, call) -> call.write(utf8("x")));
        Wire.Answer answer = get("/plain");
        assertThat(answer.all("Set-Cookie")).isEmpty();
        assertThat(answer.all("Cache-Control")).isEmpty();
        assertThat(store.reads.get() + store.writes.get()).isZero();
    }

    @Test
    void aTicketLeavesOnceHoweverOftenTheApplicationWrites() throws Exception {
        on("/basket", (exchange, call) -> {
            call.add("Set-Cookie", "theirs=1; Path=/");
            exchange.session().set("basket", "apples");
            for (int i = 0; i < 5; i++) {
                call.write(utf8("x"));
                call.flush();
            }
        });
        Wire.Answer answer = get("/basket");
        assertThat(tickets(answer)).hasSize(1);
        assertThat(answer.all("Set-Cookie")).hasSize(2).contains("theirs=1; Path=/");
        assertThat(answer.text()).isEqualTo("xxxxx");
        on(
                "/look",
                (exchange, call) ->
                        call.write(utf8(remembered(exchange, "basket").orElse("none"))));
        Wire.Answer next = get("/look", cookieOf(answer));
        assertThat(next.text()).isEqualTo("apples");
        assertThat(next.all("Set-Cookie")).isEmpty();
    }

    @Test
    void anAnswerWithATicketIsPrivateWhateverTheApplicationSays() throws Exception {
        on("/cached", (exchange, call) -> {
            call.set("Cache-Control", "public, max-age=3600");
            exchange.session().set("k", "v");
        });
        assertThat(get("/cached").all("Cache-Control")).containsExactly("private, no-store");
        on("/public", (exchange, call) -> call.set("Cache-Control", "public, max-age=3600"));
        assertThat(get("/public").all("Cache-Control")).containsExactly("public, max-age=3600");
    }

    @Test
    void signInAndSignOutChangeTheTicketAndTheOldOneIsDead() throws Exception {
        on("/sign-out", (exchange, call) -> {
            exchange.session().signOut();
            call.status(204);
        });
        on("/visit", (exchange, call) -> exchange.session().set("k", "v"));
        String visitor = cookieOf(get("/visit"));
        String token = get("/sign-in", visitor).only("X-CSRF-Token").orElseThrow();
        assertThat(token).isNotEmpty();
        Wire.Answer signedIn = get("/sign-in");
        String cookie = cookieOf(signedIn);
        assertThat(get("/whoami", cookie).text()).isEqualTo("Ann");
        assertThat(get("/whoami", visitor).text()).isEqualTo("nobody");
        Wire.Answer out = ask(
                "POST",
                "/sign-out",
                cookie,
                "X-CSRF-Token: " + signedIn.only("X-CSRF-Token").orElseThrow(),
                "Content-Length: 0");
        assertThat(out.status()).isEqualTo(204);
        assertThat(tickets(out))
                .singleElement()
                .asString()
                .startsWith("coatcheck=;")
                .contains("Max-Age=0");
        assertThat(get("/whoami", cookie).text()).isEqualTo("nobody");
    }

    @Test
    void twoLivingTicketsInOneRequestAreRefused() throws Exception {
        String one = signedIn();
        String two = signedIn();
        assertThat(get("/whoami", one, two).status()).isEqualTo(400);
        assertThat(get("/whoami", one, "Cookie: coatcheck=rubbish").text()).isEqualTo("Ann");
    }

    @Test
    void aCrossSiteWebSocketHandshakeNeverReachesTheApplication() throws Exception {
        AtomicInteger calls = new AtomicInteger();
        on("/socket", (exchange, call) -> calls.incrementAndGet());
        String cookie = signedIn();
        String[] handshake = {
            cookie,
            "Connection: Upgrade",
            "Upgrade: websocket",
            "Sec-WebSocket-Version: 13",
            "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=="
        };
        List<String> strange = new ArrayList<>(List.of(handshake));
        strange.add("Origin: " + STRANGER);
        Wire.Answer refused = get("/socket", strange.toArray(String[]::new));
        assertThat(refused.status()).isEqualTo(403);
        assertThat(refused.code()).isEqualTo("origin-not-allowed");
        assertThat(calls).hasValue(0);
        get("/socket", handshake);
        assertThat(calls).hasValue(1);
    }

    // --- the head is decided once, as late as can be

    @Test
    void aSessionThatEndsWhileTheApplicationWorksIsA401InsteadOfItsAnswer() throws Exception {
        on("/slow", (exchange, call) -> {
            call.set("X-App", "secret of Ann");
            call.add("Set-Cookie", "theirs=1");
            call.set("Content-Length", "9");
            exchange.session().set("k", "v");
            end(exchange);
            call.write(utf8("Ann's own"));
        });
        String cookie = signedIn();
        assertReplaced(get("/slow", cookie), 401, "session-revoked");
    }

    @Test
    void aSessionThatEndsBeforeAStreamBeginsSwallowsTheStreamAndKeepsTheConnection() throws Exception {
        AtomicReference<Optional<Throwable>> failure = new AtomicReference<>(Optional.empty());
        on("/stream", (exchange, call) -> {
            exchange.session().set("k", "v");
            end(exchange);
            try {
                for (int i = 0; i < 64; i++) {
                    call.write(new byte[8192]);
                    call.flush();
                }
            } catch (Exception e) {
                failure.set(Optional.of(e));
                throw e;
            }
        });
        String cookie = signedIn();
        try (Wire wire = connect()) {
            wire.send(Wire.request("GET", "/stream", FROM_APP, cookie));
            assertReplaced(wire.answer(), 401, "session-revoked");
            wire.send(Wire.request("GET", "/whoami", FROM_APP));
            assertThat(wire.answer().text()).isEqualTo("nobody");
        }
        assertThat(failure.get()).isEmpty();
    }

    @Test
    void aSessionThatEndsWhileARedirectOrAnErrorPageIsPreparedIsA401() throws Exception {
        on("/redirect", (exchange, call) -> {
            exchange.session().set("k", "v");
            end(exchange);
            call.redirect("/home-of-ann");
        });
        on("/error", (exchange, call) -> {
            exchange.session().set("k", "v");
            end(exchange);
            call.error(418);
        });
        on("/nothing", (exchange, call) -> {
            exchange.session().set("k", "v");
            end(exchange);
        });
        for (String path : List.of("/redirect", "/error", "/nothing")) {
            Wire.Answer answer = get(path, signedIn());
            assertReplaced(answer, 401, "session-revoked");
            assertThat(answer.all("Location")).isEmpty();
        }
    }

    @Test
    void aStoreThatIsSilentAtTheHeadIs503AndKeepsTheCookie() throws Exception {
        on("/set", (exchange, call) -> {
            call.set("X-App", "x");
            exchange.session().set("k", "v");
            store.silent = true;
            call.write(utf8("Ann's own"));
        });
        Wire.Answer answer = get("/set", signedIn());
        assertReplaced(answer, 503, "store-unavailable");
        assertThat(answer.only("Retry-After")).isPresent();
        assertThat(answer.all("Set-Cookie")).isEmpty();
    }

    @Test
    void attributesSetAfterTheHeadAreKept() throws Exception {
        on("/late", (exchange, call) -> {
            call.write(utf8("x"));
            call.flush();
            exchange.session().set("late", "kept");
        });
        on(
                "/look",
                (exchange, call) -> call.write(utf8(remembered(exchange, "late").orElse("none"))));
        String cookie = signedIn();
        assertThat(get("/late", cookie).text()).isEqualTo("x");
        assertThat(get("/look", cookie).text()).isEqualTo("kept");
    }

    @Test
    void signInAfterTheHeadThrows() throws Exception {
        AtomicReference<Optional<Throwable>> thrown = new AtomicReference<>(Optional.empty());
        on("/late", (exchange, call) -> {
            call.write(utf8("x"));
            call.flush();
            try {
                exchange.session().signIn(ANN);
            } catch (IllegalStateException e) {
                thrown.set(Optional.of(e));
            }
        });
        Wire.Answer answer = get("/late");
        assertThat(answer.text()).isEqualTo("x");
        assertThat(answer.all("Set-Cookie")).isEmpty();
        assertThat(thrown.get()).isPresent();
        assertThat(store.writes).hasValue(0);
    }

    // --- when the application fails

    @Test
    void anExceptionBeforeTheHeadIsAProblemWithoutAWordOfIt() throws Exception {
        on("/boom", (exchange, call) -> {
            call.status(201);
            call.set("X-App", "x");
            call.set("Content-Type", "text/html");
            throw new IllegalStateException("the password is hunter2");
        });
        Wire.Answer answer = get("/boom");
        assertReplaced(answer, 500, "internal-error");
        assertThat(answer.text()).doesNotContain("hunter2", "Exception", "at dev.");
    }

    @Test
    void aProblemThatTheApplicationThrowsIsTheAnswer() throws Exception {
        on("/forbidden", (exchange, call) -> {
            throw ProblemException.of(Problem.scopeInsufficient("Only editors may do that."));
        });
        on("/update", (exchange, call) -> {
            store.silent = true;
            exchange.session().update("n", Integer.class, n -> n.orElse(0) + 1);
        });
        assertReplaced(get("/forbidden"), 403, "scope-insufficient");
        assertReplaced(get("/update", signedIn()), 503, "store-unavailable");
    }

    // --- many at once

    @Test
    void parallelRequestsKeepTheirSessionsApart() throws Exception {
        on(
                "/set",
                (exchange, call) -> exchange.session()
                        .set("mine", exchange.request().query().orElseThrow()));
        on(
                "/look",
                (exchange, call) -> call.write(utf8(remembered(exchange, "mine").orElse("none"))));
        Race.of(16, i -> () -> {
            String cookie = cookieOf(get("/set?" + i));
            for (int round = 0; round < ROUNDS; round++) {
                assertThat(get("/look", cookie).text()).isEqualTo(Integer.toString(i));
            }
            return true;
        });
    }

    @Test
    void workOnAnotherThreadIsCommittedLikeAnyOther() throws Exception {
        CountDownLatch returned = new CountDownLatch(1);
        on("/later", (exchange, call) -> {
            call.later(() -> {
                await(returned);
                exchange.session().set("k", "from another thread");
                call.write(utf8("later"));
            });
            returned.countDown();
        });
        on(
                "/look",
                (exchange, call) -> call.write(utf8(remembered(exchange, "k").orElse("none"))));
        Wire.Answer answer = get("/later");
        assertThat(answer.text()).isEqualTo("later");
        assertReadable(answer);
        assertThat(get("/look", cookieOf(answer)).text()).isEqualTo("from another thread");
    }

    /** The answer is this problem and carries nothing of what the application had prepared. */
    protected final void assertReplaced(Wire.Answer answer, int status, String code) {
        assertThat(answer.status()).as(answer.toString()).isEqualTo(status);
        assertThat(answer.code()).isEqualTo(code);
        assertThat(answer.text()).doesNotContain("Ann");
        assertThat(answer.all("X-App")).isEmpty();
        assertThat(answer.all("Set-Cookie")).isEmpty();
        assertThat(answer.all("Content-Type")).containsExactly("application/problem+json");
        assertThat(answer.all("Cache-Control")).singleElement().asString().contains("no-store");
        assertReadable(answer);
    }

    private void end(Exchange exchange) {
        StoredSession session = exchange.session().stored().orElseThrow();
        assertThat(store.end(session.id(), EndReason.REVOKED_BY_ADMIN, clock.instant()))
                .isTrue();
    }
}
