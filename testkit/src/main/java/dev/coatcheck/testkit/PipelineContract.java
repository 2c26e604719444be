package dev.coatcheck.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import dev.coatcheck.AccessRules;
import dev.coatcheck.Admission;
import dev.coatcheck.Coatcheck;
import dev.coatcheck.Exchange;
import dev.coatcheck.Head;
import dev.coatcheck.Routes;
import dev.coatcheck.Session;
import dev.coatcheck.http.RequestHead;
import dev.coatcheck.http.WebResponse;
import dev.coatcheck.session.AttributeLimits;
import dev.coatcheck.session.Principal;
import dev.coatcheck.session.SessionEvent;
import dev.coatcheck.session.SessionPolicy;
import dev.coatcheck.session.Transport;
import dev.coatcheck.store.Cutoff;
import dev.coatcheck.store.EndReason;
import dev.coatcheck.store.PerUserLimit;
import dev.coatcheck.store.StoredSession;
import dev.coatcheck.token.KeyRing;
import dev.coatcheck.token.RotationPolicy;
import dev.coatcheck.token.SessionId;
import dev.coatcheck.token.SessionTokens;
import dev.coatcheck.transport.CookiePolicy;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** The invariants of the pipeline over the store under test: what a signed-in person, a thief and two tabs can do. */
public abstract class PipelineContract extends PipelineFixture {
    private static final int ROUNDS = Rounds.of(10, 200);

    /** For subclasses. */
    protected PipelineContract() {}

    private SessionId idOf(Jar jar) {
        List<SessionId> id = new ArrayList<>();
        get(jar.copy(), exchange -> {
            exchange.doNotTouch();
            id.add(exchange.session().id().orElseThrow());
        });
        return id.get(0);
    }

    private StoredSession record(Jar jar) {
        return found(idOf(jar));
    }

    // --- 1, 2: preflights and nothing to remember

    @Test
    void aPreflightNeverTouchesTheStoreAndSetsNoCookie() {
        Jar jar = signedIn();
        counted.forget();
        RequestHead preflight = request("OPTIONS", "/x", jar).with("Access-Control-Request-Method", "POST");
        Admission admission = coatcheck.admit(preflight);
        WebResponse answer = admission.fold(answered -> answered, exchange -> WebResponse.status(500));
        assertThat(answer.status()).isEqualTo(204);
        assertThat(answer.header("Set-Cookie")).isEmpty();
        assertThat(counted.reads.get() + counted.writes.get()).isZero();
    }

    @Test
    void nothingIsStoredAndNoCookieIsSetUntilThereIsSomethingToRemember() {
        Jar jar = new Jar();
        counted.forget();
        WebResponse plain = get(jar, exchange -> exchange.session().get("a", String.class));
        WebResponse removed = get(jar, exchange -> exchange.session().remove("a"));
        assertThat(plain.header("Set-Cookie")).isEmpty();
        assertThat(removed.header("Set-Cookie")).isEmpty();
        assertThat(counted.reads.get() + counted.writes.get()).isZero();
        WebResponse remembered = get(jar, exchange -> exchange.session().set("a", "b"));
        assertThat(remembered.header("Set-Cookie")).isPresent();
        assertThat(remembered.header("Cache-Control")).contains("private, no-store");
        get(
                jar,
                exchange ->
                        assertThat(exchange.session().get("a", String.class)).contains("b"));
    }

    @Test
    void aRouteThatNeedsNoSessionNeverReadsTheStore() {
        coatcheck = pipeline(builder -> builder.rules(AccessRules.DEFAULT.withSessionless(List.of("/assets"))));
        Jar jar = signedIn();
        counted.forget();
        exchange(request("GET", "/assets/app.js", jar), jar, exchange -> {});
        assertThat(counted.reads.get()).isZero();
        exchange(request("GET", "/assets/../x", jar), jar, exchange -> {});
        exchange(request("GET", "/assetsx", jar), jar, exchange -> {});
        assertThat(counted.reads.get()).isEqualTo(2);
    }

    @Test
    void aReadCostsOneReadAndAWriteOneWriteWithTheTouchFoldedIn() {
        Jar jar = signedIn();
        counted.forget();
        get(jar, exchange -> {});
        assertThat(counted.reads.get()).isEqualTo(1);
        assertThat(counted.writes.get()).isZero();
        clock.advance(Duration.ofMinutes(2));
        counted.forget();
        post(jar, exchange -> {
            exchange.session().set("a", "1");
            exchange.session().set("b", "2");
        });
        assertThat(counted.reads.get()).isEqualTo(1);
        assertThat(counted.writes.get()).isEqualTo(1);
        assertThat(record(jar).lastSeenAt()).isEqualTo(clock.instant());
    }

    @Test
    void aSessionHoldsNoMoreThanItsLimitsHoweverItIsFilled() {
        coatcheck = pipeline(builder -> builder.limits(new AttributeLimits(10, 2, 16)));
        Jar jar = signedIn();
        post(jar, exchange -> {
            Session session = exchange.session();
            assertThatIllegalArgumentException().isThrownBy(() -> session.set("a", "123456789"));
            session.set("a", "1234");
            session.set("a", "12345");
            assertThatIllegalArgumentException().isThrownBy(() -> session.set("b", "123456"));
            session.set("b", "12345");
            assertThatIllegalArgumentException().isThrownBy(() -> session.set("c", ""));
        });
        post(jar, exchange -> {
            Session session = exchange.session();
            assertThatIllegalArgumentException().isThrownBy(() -> session.set("b", "123456"));
            assertThatIllegalArgumentException().isThrownBy(() -> session.set("c", ""));
            session.set("a", "54321");
            session.remove("a");
            session.set("c", "12345");
        });
        get(
                jar,
                exchange ->
                        assertThat(exchange.session().get("c", String.class)).contains("12345"));
    }

    // --- 4, 6: privilege changes and late writes

    @Test
    void atSignInTheTicketChangesTheOldOneIsDeadAndOnlySurvivorsCross() {
        Jar visitor = new Jar();
        get(visitor, exchange -> {
            exchange.session().set("basket", "3 apples");
            exchange.session().set("secret", "of the visitor");
            exchange.handOutCsrf();
        });
        Jar before = visitor.copy();
        post(visitor, exchange -> exchange.session().signIn(ANN));
        assertThat(visitor.cookie).isPresent().isNotEqualTo(before.cookie);
        get(visitor, exchange -> {
            assertThat(exchange.session().principal()).contains(ANN);
            assertThat(exchange.session().get("basket", String.class)).contains("3 apples");
            assertThat(exchange.session().get("secret", String.class)).isEmpty();
        });
        get(before, exchange -> assertThat(exchange.session().id()).isEmpty());
    }

    @Test
    void aRequestThatBeganBeforeASignInCannotWriteIntoTheSignedInSession() {
        Jar visitor = new Jar();
        get(visitor, exchange -> exchange.session().set("basket", "1"));
        Jar slow = visitor.copy();
        WebResponse late = get(slow, exchange -> {
            exchange.session().set("planted", "by the slow one");
            post(withoutToken(visitor), other -> other.session().signIn(ANN));
        });
        assertThat(code(late)).isEqualTo("401 session-replaced");
        assertThat(late.header("Set-Cookie")).isEmpty();
        assertThat(late.header("Access-Control-Allow-Origin")).contains(APP);
        get(
                visitor,
                exchange -> assertThat(exchange.session().get("planted", String.class))
                        .isEmpty());
    }

    private Jar withoutToken(Jar jar) {
        get(jar, Exchange::handOutCsrf);
        return jar;
    }

    @Test
    void aSlowRequestThatEndsAfterASignOutIsAnswered401AndRevivesNothing() {
        Jar jar = signedIn();
        SessionId id = idOf(jar);
        Jar slow = jar.copy();
        WebResponse late = get(slow, exchange -> {
            exchange.session().set("a", "late");
            post(jar, other -> other.session().signOut());
        });
        assertThat(code(late)).isEqualTo("401 session-revoked");
        assertThat(late.header("Set-Cookie")).isEmpty();
        assertThat(found(id).ending()).isPresent();
        assertThat(jar.cookie).isEmpty();
        assertThat(code(get(slow, exchange -> exchange.session().rotate()))).isEqualTo("401 session-missing");
    }

    @Test
    void updateAndRotateInADeadSessionAre401() {
        for (boolean rotating : new boolean[] {true, false}) {
            Jar jar = signedIn();
            SessionId id = idOf(jar);
            Admission admission = coatcheck.admit(request("POST", "/x", jar));
            admission.fold(answered -> answered, exchange -> {
                assertThat(store.end(id, EndReason.REVOKED_BY_ADMIN, clock.instant()))
                        .isTrue();
                assertThatThrownBy(() -> {
                            if (rotating) {
                                exchange.session().rotate();
                            } else {
                                exchange.session().update("n", Integer.class, n -> n.orElse(0) + 1);
                            }
                        })
                        .hasMessage("session-revoked");
                return WebResponse.status(200);
            });
        }
    }

    @Test
    void signingInAsSomebodyElseEndsTheSessionThatWasThere() {
        Jar jar = signedIn();
        SessionId anns = idOf(jar);
        Jar before = jar.copy();
        post(jar, exchange -> exchange.session().signIn(Principal.of("bob-" + anns, "Bob")));
        assertThat(idOf(jar)).isNotEqualTo(anns);
        assertThat(found(anns).ending().map(StoredSession.Ending::why)).contains(EndReason.REPLACED);
        coatcheck = pipeline(builder -> builder.rules(AccessRules.DEFAULT.withSignedIn(List.of("/"))));
        assertThat(code(get(before, exchange -> {}))).isEqualTo("401 session-replaced");
    }

    @Test
    void whatTheLimitOfAUserEndsIsToldOf() {
        coatcheck = pipeline(builder -> builder.perUser(new PerUserLimit(1, PerUserLimit.Policy.END_OLDEST)));
        Principal zoe = Principal.of("zoe-" + System.nanoTime(), "Zoe");
        SessionId first = idOf(signedIn(zoe));
        clock.advance(Duration.ofSeconds(1));
        SessionId second = idOf(signedIn(zoe));
        clock.advance(Duration.ofSeconds(1));
        Jar visitor = new Jar();
        get(visitor, exchange -> exchange.session().set("basket", "1"));
        post(withoutToken(visitor), exchange -> exchange.session().signIn(zoe));
        assertThat(events.stream().filter(event -> event.kind() == SessionEvent.Kind.SESSION_ENDED))
                .extracting(
                        event -> event.session().orElseThrow(),
                        event -> event.user().orElseThrow(),
                        SessionEvent::detail)
                .containsExactly(tuple(first, zoe.id(), "LIMIT"), tuple(second, zoe.id(), "LIMIT"));
    }

    @Test
    void aStepUpOfTheSamePersonKeepsTheRecordAndKillsTheOldTicket() {
        Jar jar = signedIn();
        SessionId id = idOf(jar);
        Jar before = jar.copy();
        post(jar, exchange -> exchange.session().signIn(ANN));
        assertThat(idOf(jar)).isEqualTo(id);
        get(before, exchange -> assertThat(exchange.caller().holder()).isEmpty());
    }

    @Test
    void aLateAnswerToAnOldTicketPutsNothingIntoTheBrowser() {
        Jar visitor = new Jar();
        get(visitor, exchange -> exchange.session().set("basket", "1"));
        Jar late = visitor.copy();
        post(withoutToken(visitor), exchange -> exchange.session().signIn(ANN));
        for (Consumer<Exchange> remembering :
                List.<Consumer<Exchange>>of(exchange -> exchange.session().set("a", "1"), Exchange::handOutCsrf)) {
            WebResponse answer = get(late.copy(), remembering);
            assertThat(code(answer)).isEqualTo("401 session-replaced");
            assertThat(answer.header("Set-Cookie")).isEmpty();
        }
        Jar replaced = visitor.copy();
        post(
                withoutToken(visitor),
                exchange -> exchange.session().signIn(Principal.of("bob-" + System.nanoTime(), "Bob")));
        assertThat(code(get(replaced, exchange -> exchange.session().set("a", "1"))))
                .isEqualTo("401 session-replaced");
        Jar longAgo = new Jar();
        longAgo.cookie = signedIn().cookie;
        clock.advance(Duration.ofHours(13));
        assertThat(code(get(longAgo, exchange -> exchange.session().set("a", "1"))))
                .isEqualTo("200");
    }

    @Test
    void aSignOutThatBeganBeforeASignInDoesNotEndTheSignedInSession() {
        Jar visitor = new Jar();
        get(visitor, exchange -> exchange.session().set("basket", "1"));
        WebResponse late = post(withoutToken(visitor).copy(), exchange -> {
            post(visitor, other -> other.session().signIn(ANN));
            exchange.session().signOut();
        });
        assertThat(code(late)).isEqualTo("401 session-replaced");
        assertThat(late.header("Set-Cookie")).isEmpty();
        get(visitor, exchange -> assertThat(exchange.session().principal()).contains(ANN));
    }

    @Test
    void ofTwoSignInsOfOneVisitorNeitherEndsTheOther() {
        Jar visitor = new Jar();
        get(visitor, exchange -> exchange.session().set("basket", "1"));
        Jar second = withoutToken(visitor).copy();
        post(second, exchange -> {
            post(visitor, other -> other.session().signIn(ANN));
            exchange.session().signIn(ANN);
        });
        get(visitor, exchange -> assertThat(exchange.session().principal()).contains(ANN));
        get(second, exchange -> assertThat(exchange.session().principal()).contains(ANN));
    }

    // --- 5: transports and forgery

    @Test
    void aCookieBorneWriteNeedsOriginAndToken() {
        Jar jar = signedIn();
        RequestHead noToken = request("POST", "/x", tokenless(jar));
        assertThat(code(exchange(noToken, new Jar(), e -> {}))).isEqualTo("403 csrf-missing");
        Jar foreign = jar.copy();
        foreign.csrf = signedIn(Principal.of("bob", "Bob")).csrf;
        assertThat(code(post(foreign, e -> {}))).isEqualTo("403 csrf-mismatch");
        Jar stale = jar.copy();
        post(jar, exchange -> exchange.session().signIn(ANN));
        stale.cookie = jar.cookie;
        assertThat(code(post(stale, e -> {}))).isEqualTo("403 csrf-mismatch");
        assertThat(told(SessionEvent.Kind.FORGERY_REFUSED)).isEqualTo(3);
        WebResponse stranger = answer(
                coatcheck,
                RequestHead.post("/x")
                        .with("Origin", "https://evil.test")
                        .with("Cookie", "__Host-coatcheck=" + jar.cookie.orElseThrow()),
                e -> {});
        assertThat(code(stranger)).isEqualTo("403 origin-not-allowed");
        assertThat(stranger.header("Access-Control-Allow-Origin")).isEmpty();
        assertThat(stranger.header("Vary")).contains("Origin");
    }

    private static Jar tokenless(Jar jar) {
        Jar copy = jar.copy();
        copy.csrf = Optional.empty();
        return copy;
    }

    @Test
    void aRouteThatChecksTheOriginOfAGetNeedsNoToken() {
        coatcheck = pipeline(builder ->
                builder.routes(Routes.NONE.checkingOrigin("GET", "/few", exchange -> WebResponse.status(204))));
        Jar jar = tokenless(signedIn());
        String cookie = "__Host-coatcheck=" + jar.cookie.orElseThrow();
        for (String method : List.of("GET", "HEAD")) {
            assertThat(exchange(request(method, "/few", jar), jar, e -> {}).status())
                    .isEqualTo(204);
            RequestHead theirs = RequestHead.of(method, "/few")
                    .with("Sec-Fetch-Site", "cross-site")
                    .with("Cookie", cookie);
            assertThat(code(answer(coatcheck, theirs, e -> {}))).isEqualTo("403 origin-not-allowed");
            assertThat(answer(coatcheck, RequestHead.of(method, "/few"), e -> {})
                            .status())
                    .as("nothing rides on a request without a cookie")
                    .isEqualTo(204);
        }
        assertThat(code(answer(coatcheck, RequestHead.get("/other").with("Cookie", cookie), e -> {})))
                .as("other routes take a GET from anywhere")
                .startsWith("200");
    }

    @Test
    void aWebSocketUpgradeByCookieIsJudgedByItsOrigin() {
        Jar jar = tokenless(signedIn());
        RequestHead ours = request("GET", "/socket", jar).with("Upgrade", "websocket");
        assertThat(exchange(ours, jar, e -> {}).status()).isEqualTo(200);
        RequestHead theirs = RequestHead.get("/socket")
                .with("Upgrade", "WebSocket")
                .with("Origin", "https://evil.test")
                .with("Cookie", "__Host-coatcheck=" + jar.cookie.orElseThrow());
        assertThat(code(answer(coatcheck, theirs, e -> {}))).isEqualTo("403 origin-not-allowed");
    }

    @Test
    void aBearerHeaderEvenABrokenOneMakesTheCookieIgnored() {
        Jar jar = signedIn();
        for (String header : List.of("Bearer nonsense", "bearer", "Bearer  ", "BEARER " + jar.cookie.orElseThrow())) {
            WebResponse answer = exchange(
                    request("GET", "/x", jar).with("Authorization", header),
                    new Jar(),
                    exchange -> assertThat(exchange.caller().holder()).isEmpty());
            assertThat(answer.header("Set-Cookie")).isEmpty();
        }
        RequestHead basic = request("GET", "/x", jar).with("Authorization", "Basic YTpi");
        exchange(basic, jar, exchange -> assertThat(exchange.caller().holder()).isPresent());
    }

    @Test
    void aTicketIsHonouredOnItsTransportAloneAndBearerSetsNothingInTheBrowser() {
        List<String> bearer = new ArrayList<>();
        Jar jar = new Jar();
        WebResponse answer = post(
                jar,
                exchange -> bearer.add(exchange.session()
                        .signIn(ANN, Transport.BEARER, exchange.device(""), clock.instant())
                        .fold(in -> in.token().reveal(), problem -> "refused")));
        assertThat(answer.header("Set-Cookie")).isEmpty();
        RequestHead inHeader = RequestHead.post("/x").with("Authorization", "Bearer " + bearer.get(0));
        answer(
                coatcheck,
                inHeader,
                exchange -> assertThat(exchange.caller().principal()).contains(ANN));
        jar.cookie = Optional.of(bearer.get(0));
        get(jar, exchange -> assertThat(exchange.caller().holder()).isEmpty());
    }

    @Test
    void aPlantedSecondCookieIsRefusedUnderHostPrefixAndNoticedWithoutIt() {
        Jar jar = signedIn();
        Jar other = signedIn(Principal.of("bob", "Bob"));
        String both =
                "__Host-coatcheck=" + jar.cookie.orElseThrow() + "; __Host-coatcheck=" + other.cookie.orElseThrow();
        assertThat(code(answer(coatcheck, RequestHead.get("/x").with("Cookie", both), e -> {})))
                .isEqualTo("400 request-malformed");
        assertThat(told(SessionEvent.Kind.COOKIE_PLANTED)).isEqualTo(1);
        Coatcheck named = pipeline(builder -> builder.cookie(new CookiePolicy.Wishes(
                Optional.of("sid"), Optional.empty(), Optional.empty(), Optional.empty(), false, false, false)));
        String planted = both.replace("__Host-coatcheck", "sid");
        assertThat(code(answer(named, RequestHead.get("/x").with("Cookie", planted), e -> {})))
                .isEqualTo("400 request-malformed");
        assertThat(told(SessionEvent.Kind.COOKIE_PLANTED)).isEqualTo(2);
        String garbageFirst = "sid=garbage; sid=" + jar.cookie.orElseThrow();
        answer(
                named,
                RequestHead.get("/x").with("Cookie", garbageFirst),
                exchange -> assertThat(exchange.caller().principal()).contains(ANN));
    }

    // --- tickets: rotation, grace, theft, guesses

    @Test
    void aRotationWhoseAnswerWasLostSignsNobodyOut() {
        for (int round = 0; round < ROUNDS; round++) {
            Jar jar = signedIn();
            Jar lost = jar.copy();
            post(lost, exchange -> assertThat(exchange.session().rotate()).isTrue());
            clock.advance(Duration.ofSeconds(30));
            WebResponse again = get(
                    jar, exchange -> assertThat(exchange.session().principal()).contains(ANN));
            assertThat(again.header("Set-Cookie")).isPresent();
            assertThat(jar.cookie).isEqualTo(lost.cookie);
            get(jar, exchange -> assertThat(exchange.session().principal()).contains(ANN));
        }
    }

    @Test
    void anOlderTicketInGraceReadsAndWritesButDoesNotRotateStepUpOrEnd() {
        Jar jar = signedIn();
        Jar old = jar.copy();
        post(jar, exchange -> exchange.session().rotate());
        post(old.copy(), exchange -> exchange.session().set("a", "by the older one"));
        get(
                jar,
                exchange ->
                        assertThat(exchange.session().get("a", String.class)).contains("by the older one"));
        for (var forbidden : List.<Consumer<Exchange>>of(
                exchange -> exchange.session().rotate(),
                exchange -> exchange.session().signOut(),
                exchange -> exchange.session().endOtherDevices())) {
            Jar copy = old.copy();
            Admission admission = coatcheck.admit(request("POST", "/x", copy));
            admission.fold(answered -> answered, exchange -> {
                assertThatThrownBy(() -> forbidden.accept(exchange)).hasMessage("ticket-superseded");
                return WebResponse.status(200);
            });
        }
        get(jar, exchange -> assertThat(exchange.session().principal()).contains(ANN));
    }

    @Test
    void aTicketThreeGenerationsOldAfterGraceEndsTheSession() {
        for (int round = 0; round < ROUNDS; round++) {
            Jar jar = signedIn();
            Jar thief = jar.copy();
            for (int i = 0; i < 3; i++) {
                post(jar, exchange -> assertThat(exchange.session().rotate()).isTrue());
                get(jar, exchange -> {});
            }
            SessionId id = idOf(jar);
            clock.advance(Duration.ofMinutes(2));
            long before = told(SessionEvent.Kind.TICKET_REUSED);
            get(thief, exchange -> assertThat(exchange.caller().holder()).isEmpty());
            assertThat(found(id).ending().map(StoredSession.Ending::why)).contains(EndReason.TOKEN_REUSED);
            assertThat(told(SessionEvent.Kind.TICKET_REUSED)).isEqualTo(before + 1);
            get(jar, exchange -> assertThat(exchange.caller().holder()).isEmpty());
        }
    }

    @Test
    void aGarbageSecretOnAKnownIdChangesNothing() {
        for (int round = 0; round < ROUNDS; round++) {
            Jar jar = signedIn();
            StoredSession before = record(jar);
            Jar other = signedIn(Principal.of("bob" + round, "Bob"));
            // Bob's secret under Ann's id, with a checksum that fits: made by a ring of another server.
            Jar guess = new Jar();
            guess.cookie = Optional.of(
                    new SessionTokens(KeyRing.ephemeral(new SecureRandom()), RotationPolicy.DEFAULT, new SecureRandom())
                            .first(before.id())
                            .token()
                            .reveal());
            long foreign = told(SessionEvent.Kind.TICKET_FOREIGN);
            WebResponse answer = get(
                    guess, exchange -> assertThat(exchange.caller().holder()).isEmpty());
            assertThat(answer.header("Set-Cookie")).isEmpty();
            assertThat(told(SessionEvent.Kind.TICKET_FOREIGN)).isEqualTo(foreign + 1);
            assertThat(found(before)).isEqualTo(before);
            get(jar, exchange -> assertThat(exchange.session().principal()).contains(ANN));
            get(other, exchange -> assertThat(exchange.session().principal()).isPresent());
        }
    }

    @Test
    void aRequestThatLostToARotationFollowsItAndConfirmsNothing() {
        Jar jar = signedIn();
        Jar lost = jar.copy();
        WebResponse answer = post(jar, exchange -> {
            post(lost, other -> {
                other.session().set("n", 5);
                assertThat(other.session().rotate()).isTrue();
            });
            assertThat(exchange.session().update("n", Integer.class, n -> n.orElse(0) + 1))
                    .isEqualTo(6);
            assertThatThrownBy(() -> exchange.session().rotate()).hasMessage("ticket-superseded");
        });
        assertThat(answer.status()).isEqualTo(200);
        assertThat(jar.cookie).isEqualTo(lost.cookie);
        assertThat(store.find(SessionId.of(jar.cookie.orElseThrow().substring(4, 26)))
                        .orElseThrow()
                        .token()
                        .confirmed())
                .isFalse();
        get(jar, exchange -> assertThat(exchange.session().principal()).contains(ANN));
    }

    @Test
    void parallelRotationsLoseNobody() {
        for (int round = 0; round < ROUNDS; round++) {
            Jar jar = signedIn();
            List<Jar> tabs = List.of(jar.copy(), jar.copy(), jar.copy(), jar.copy());
            List<Boolean> rotated = Race.of(tabs.size(), i -> () -> {
                boolean[] did = new boolean[1];
                WebResponse answer = post(tabs.get(i), exchange -> {
                    if (exchange.caller().holder().filter(h -> !h.superseded()).isPresent()) {
                        did[0] = exchange.session().rotate();
                    }
                });
                assertThat(answer.status()).isEqualTo(200);
                return did[0];
            });
            assertThat(rotated.stream().filter(Boolean::booleanValue).count()).isBetween(1L, 4L);
            for (Jar tab : tabs) {
                get(tab, exchange -> assertThat(exchange.session().principal()).contains(ANN));
            }
        }
    }

    @Test
    void dueRotationHappensByItselfOncePerPeriod() {
        coatcheck = pipeline(builder -> builder.rotation(RotationPolicy.DEFAULT.withEvery(Duration.ofMinutes(10))));
        Jar jar = signedIn();
        Jar before = jar.copy();
        clock.advance(Duration.ofMinutes(10));
        get(jar, exchange -> {});
        assertThat(jar.cookie).isNotEqualTo(before.cookie);
        Jar after = jar.copy();
        get(jar, exchange -> {});
        assertThat(jar.cookie).isEqualTo(after.cookie);
    }

    // --- timeouts and touches

    @Test
    void idleAndAbsoluteTimeoutsEndASessionAtTheirInstant() {
        Jar jar = new Jar();
        coatcheck = pipeline(builder -> builder.sessions(SessionPolicy.DEFAULT.withAbsolute(Duration.ofMinutes(60))));
        post(jar, exchange -> exchange.session().signIn(ANN));
        Coatcheck strict = pipeline(builder -> builder.rules(AccessRules.DEFAULT.withSignedIn(List.of("/"))));
        clock.advance(Duration.ofMinutes(29));
        get(jar, exchange -> {});
        clock.advance(Duration.ofMinutes(29));
        get(jar, exchange -> assertThat(exchange.session().principal()).contains(ANN));
        clock.advance(Duration.ofMinutes(2).minusMillis(1));
        assertThat(answer(strict, request("GET", "/x", jar), e -> {}).status()).isEqualTo(200);
        clock.advance(Duration.ofMillis(1));
        assertThat(code(answer(strict, request("GET", "/x", jar), e -> {}))).isEqualTo("401 session-expired");
    }

    @Test
    void lastSeenMovesAtMostOncePerIntervalAndOnlyForActivity() {
        Jar jar = signedIn();
        Instant start = record(jar).lastSeenAt();
        clock.advance(Duration.ofSeconds(59));
        get(jar, exchange -> {});
        assertThat(record(jar).lastSeenAt()).isEqualTo(start);
        clock.advance(Duration.ofMinutes(1));
        RequestHead image = RequestHead.get("/x")
                .with("Cookie", "__Host-coatcheck=" + jar.cookie.orElseThrow())
                .with("Sec-Fetch-Site", "cross-site")
                .with("Sec-Fetch-Mode", "no-cors")
                .with("Sec-Fetch-Dest", "image");
        answer(coatcheck, image, exchange -> {});
        get(jar, Exchange::doNotTouch);
        assertThat(record(jar).lastSeenAt()).isEqualTo(start);
        get(jar, exchange -> {});
        assertThat(record(jar).lastSeenAt()).isEqualTo(clock.instant());
    }

    // --- 10, 11, 15: silent stores, errors, caches

    @Test
    void aSilentStoreIs503WithRetryAfterAndNeverSignedOut() {
        coatcheck = pipeline(builder -> builder.rules(AccessRules.DEFAULT.withSignedIn(List.of("/"))));
        Jar jar = signedInElsewhere();
        counted.silent = true;
        WebResponse reading = get(jar, exchange -> {});
        assertThat(code(reading)).isEqualTo("503 store-unavailable");
        assertThat(reading.header("Retry-After")).isPresent();
        assertThat(reading.header("Set-Cookie")).isEmpty();
        assertThat(reading.header("Access-Control-Allow-Origin")).contains(APP);
        counted.silent = false;
        WebResponse writing = post(jar, exchange -> {
            exchange.session().set("a", "1");
            counted.silent = true;
        });
        assertThat(code(writing)).isEqualTo("503 store-unavailable");
        assertThat(jar.cookie).isPresent();
        counted.silent = false;
        assertThat(get(jar, exchange -> {}).status()).isEqualTo(200);
    }

    @Test
    void oneAddressBeginsOnlySoManySessionsOfVisitors() {
        coatcheck = pipeline(builder -> builder.visitorsPerAddress(3));
        Jar first = new Jar();
        assertThat(get(first, exchange -> exchange.session().set("basket", "1")).status())
                .isEqualTo(200);
        for (int i = 0; i < 2; i++) {
            assertThat(get(new Jar(), exchange -> exchange.session().set("basket", "1"))
                            .status())
                    .isEqualTo(200);
        }
        counted.forget();
        WebResponse refused = get(new Jar(), exchange -> exchange.session().set("basket", "1"));
        assertThat(code(refused)).isEqualTo("429 visitors-limit-reached");
        assertThat(refused.header("Retry-After")).isPresent();
        assertThat(refused.header("Access-Control-Allow-Origin")).contains(APP);
        assertThat(refused.header("Set-Cookie")).isEmpty();
        assertThat(counted.writes).hasValue(0);
        assertThat(get(new Jar(), exchange -> {}).status())
                .as("who leaves nothing to remember is no visitor that counts")
                .isEqualTo(200);
        assertThat(get(first, exchange -> exchange.session().set("basket", "2")).status())
                .as("a session that is there goes on")
                .isEqualTo(200);
        assertThat(post(new Jar(), exchange -> exchange.session().signIn(ANN)).status())
                .as("who signs in is no visitor")
                .isEqualTo(200);
        clock.advance(SessionPolicy.DEFAULT.anonymousIdle().multipliedBy(2));
        assertThat(get(new Jar(), exchange -> exchange.session().set("basket", "1"))
                        .status())
                .isEqualTo(200);
    }

    @Test
    void aVisitorCountsForNoLongerThanTheirSessionLives() {
        SessionPolicy shortest = new SessionPolicy(
                Duration.ofMinutes(5), Duration.ofMinutes(10), Duration.ofMinutes(1), Duration.ofDays(30));
        coatcheck = pipeline(builder -> builder.visitorsPerAddress(1).sessions(shortest));
        assertThat(get(new Jar(), exchange -> exchange.session().set("basket", "1"))
                        .status())
                .isEqualTo(200);
        WebResponse refused = get(new Jar(), exchange -> exchange.session().set("basket", "1"));
        assertThat(code(refused)).isEqualTo("429 visitors-limit-reached");
        assertThat(Integer.parseInt(refused.header("Retry-After").orElseThrow()))
                .isBetween(1, 600);
        clock.advance(Duration.ofMinutes(11));
        assertThat(get(new Jar(), exchange -> exchange.session().set("basket", "1"))
                        .status())
                .isEqualTo(200);
    }

    private Jar signedInElsewhere() {
        Coatcheck strict = coatcheck;
        coatcheck = pipeline(builder -> builder);
        Jar jar = signedIn();
        coatcheck = strict;
        return jar;
    }

    @Test
    void anExceptionOutOfTheCommitIsAProblemDocumentWithCorsHeaders() {
        Jar jar = signedIn();
        Admission admission = coatcheck.admit(request("POST", "/x", jar));
        admission.fold(answered -> answered, exchange -> {
            exchange.session().set("a", "1");
            store.end(exchange.session().id().orElseThrow(), EndReason.REVOKED_BY_ADMIN, clock.instant());
            Head head = exchange.commitHead();
            assertThat(head).isInstanceOf(Head.Refused.class).isSameAs(exchange.commitHead());
            assertThat(code(((Head.Refused) head).answer())).isEqualTo("401 session-revoked");
            assertThat(((Head.Refused) head).answer().header("Access-Control-Allow-Origin"))
                    .contains(APP);
            return WebResponse.status(200);
        });
    }

    @Test
    void afterTheHeadSignInAndRotationThrowAndAttributesAreKeptByFinish() {
        Jar jar = signedIn();
        Admission admission = coatcheck.admit(request("POST", "/x", jar));
        admission.fold(answered -> answered, exchange -> {
            exchange.commitHead();
            assertThatThrownBy(() -> exchange.session().signIn(ANN)).hasMessageContaining("head");
            assertThatThrownBy(() -> exchange.session().rotate()).hasMessageContaining("head");
            assertThatThrownBy(() -> exchange.session().signOut()).hasMessageContaining("head");
            exchange.session().set("rest", "kept");
            assertThat(exchange.commitRest()).isTrue();
            int writes = counted.writes.get();
            assertThat(exchange.commitRest()).isTrue();
            assertThat(counted.writes).as("there was no more").hasValue(writes);
            exchange.session().set("late", "kept");
            assertThat(exchange.finish()).isTrue();
            assertThatThrownBy(() -> exchange.session().set("later", "x")).hasMessageContaining("over");
            return WebResponse.status(200);
        });
        get(jar, exchange -> {
            assertThat(exchange.session().get("rest", String.class)).contains("kept");
            assertThat(exchange.session().get("late", String.class)).contains("kept");
        });
    }

    @Test
    void anAnswerToAnUnknownOrOldTicketNeverClearsTheCookie() {
        Jar jar = signedIn();
        Jar old = jar.copy();
        post(jar, exchange -> exchange.session().signOut());
        assertThat(get(old, exchange -> {}).header("Set-Cookie")).isEmpty();
        assertThat(exchange(
                                request("POST", "/x", tokenless(old)),
                                old,
                                exchange -> exchange.session().signOut())
                        .header("Set-Cookie"))
                .isEmpty();
        Jar unknown = new Jar();
        unknown.cookie = Optional.of("nonsense");
        assertThat(get(unknown, exchange -> {}).header("Set-Cookie")).isEmpty();
    }

    // --- races

    @Test
    void parallelWritesOfDifferentAttributesAreAllKept() {
        for (int round = 0; round < ROUNDS; round++) {
            Jar jar = signedIn();
            Race.of(
                    8,
                    i -> () -> post(jar.copy(), exchange -> exchange.session().set("a" + i, i)));
            get(jar, exchange -> {
                for (int i = 0; i < 8; i++) {
                    assertThat(exchange.session().get("a" + i, Integer.class)).contains(i);
                }
            });
        }
    }

    @Test
    void aThousandParallelIncrementsMakeAThousand() {
        Jar jar = signedIn();
        int threads = 32;
        int total = 1_000;
        Race.of(threads, i -> () -> {
            int mine = total / threads + (i < total % threads ? 1 : 0);
            for (int n = 0; n < mine; n++) {
                WebResponse answer = post(
                        jar.copy(), exchange -> exchange.session().update("n", Integer.class, v -> v.orElse(0) + 1));
                assertThat(answer.status()).isEqualTo(200);
            }
            return mine;
        });
        get(
                jar,
                exchange ->
                        assertThat(exchange.session().get("n", Integer.class)).contains(total));
    }

    @Test
    void aRevocationBeatsEveryWriteInFlight() {
        for (int round = 0; round < ROUNDS; round++) {
            Jar jar = signedIn();
            SessionId id = idOf(jar);
            CountDownLatch inFlight = new CountDownLatch(1);
            List<Object> outcomes = Race.between(
                    (Callable<Object>) () -> {
                        inFlight.await();
                        return store.end(id, EndReason.REVOKED_BY_ADMIN, clock.instant());
                    },
                    () -> code(post(jar.copy(), exchange -> {
                        inFlight.countDown();
                        exchange.session().set("a", "1");
                    })),
                    () -> code(post(jar.copy(), exchange -> {
                        inFlight.countDown();
                        exchange.session().update("n", Integer.class, n -> n.orElse(0) + 1);
                    })));
            assertThat(outcomes.get(0)).isEqualTo(true);
            assertThat(outcomes.subList(1, 3))
                    .allMatch(outcome -> List.of("200", "401 session-revoked", "401 session-missing")
                            .contains(outcome));
            assertThat(found(id).ending()).isPresent();
            get(jar, exchange -> assertThat(exchange.caller().holder()).isEmpty());
        }
    }

    @Test
    void aSignInBeatsEverySlowRequestWithTheOldTicket() {
        for (int round = 0; round < ROUNDS; round++) {
            Jar visitor = new Jar();
            get(visitor, exchange -> {
                exchange.session().set("basket", "x");
                exchange.handOutCsrf();
            });
            Jar old = visitor.copy();
            List<String> outcomes = Race.between(
                    () -> code(post(visitor, exchange -> exchange.session().signIn(ANN))),
                    () -> code(post(old.copy(), exchange -> exchange.session().set("slow", "1"))),
                    () -> code(post(old.copy(), exchange -> exchange.session().set("basket", "slow"))));
            assertThat(outcomes.get(0)).isEqualTo("200");
            assertThat(outcomes.subList(1, 3)).noneMatch(outcome -> outcome.startsWith("5"));
            get(visitor, exchange -> {
                assertThat(exchange.session().principal()).contains(ANN);
                assertThat(exchange.session().get("slow", String.class)).isEmpty();
            });
            get(old, exchange -> assertThat(exchange.session().principal()).isEmpty());
        }
    }

    @Test
    void aSignInRacingEndAllLeavesNoSessionThatWasProvenBefore() {
        for (int round = 0; round < ROUNDS; round++) {
            Principal person = Principal.of("race-" + round + "-" + System.nanoTime(), "Racer");
            Instant proven = clock.instant();
            List<Jar> jars = new ArrayList<>(List.of(new Jar(), new Jar()));
            Race.between(
                    () -> post(jars.get(0), e -> e.session().signIn(person, Transport.COOKIE, e.device(""), proven)),
                    () -> post(jars.get(1), e -> e.session().signIn(person, Transport.COOKIE, e.device(""), proven)),
                    () -> store.endAll(
                            person.id(), Cutoff.everything(proven), EndReason.ACCOUNT_CHANGED, clock.instant()));
            assertThat(listed(person.id(), clock.instant())).isEmpty();
        }
    }
}
