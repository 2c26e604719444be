package dev.coatcheck.endpoints;

import static org.assertj.core.api.Assertions.assertThat;

import dev.coatcheck.Authenticator.Outcome;
import dev.coatcheck.Coatcheck;
import dev.coatcheck.http.RequestHead;
import dev.coatcheck.http.WebResponse;
import dev.coatcheck.http.WebStream;
import dev.coatcheck.json.JsonValues;
import dev.coatcheck.session.EventPolicy;
import dev.coatcheck.session.Principal;
import dev.coatcheck.session.Transport;
import dev.coatcheck.session.UserId;
import dev.coatcheck.site.Origin;
import dev.coatcheck.store.Cutoff;
import dev.coatcheck.store.EndReason;
import dev.coatcheck.store.MemorySessionStore;
import dev.coatcheck.store.SessionSignal;
import dev.coatcheck.store.SessionSignals;
import dev.coatcheck.store.SessionStore;
import dev.coatcheck.store.StoreUnavailableException;
import dev.coatcheck.token.KeyRing;
import dev.coatcheck.token.SessionId;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SessionEventsTest {
    private static final String APP = "https://app.example.com";
    private static final EventPolicy POLICY = EventPolicy.DEFAULT.withHeartbeat(Duration.ofMillis(400));
    private static final EventPolicy RARE = EventPolicy.DEFAULT.withHeartbeat(Duration.ofMinutes(5));

    private final MemorySessionStore memory = new MemorySessionStore();
    private final AtomicInteger reads = new AtomicInteger();
    private final SecureRandom random = new SecureRandom();
    private final SessionStore store = between();
    private final List<SessionSignals.Listener> missing = new ArrayList<>();
    private volatile Instant now = Instant.parse("2026-11-20T10:00:00Z");
    private volatile boolean silent;
    private volatile boolean deaf;
    private final List<SessionSignals.Listener> listening = new CopyOnWriteArrayList<>();
    private final Thread asking = Thread.currentThread();
    private final Queue<Runnable> afterNextFind = new ConcurrentLinkedQueue<>();
    private SessionEvents events = SessionEvents.over(store, POLICY, () -> now, random);
    private final KeyRing keys = KeyRing.ephemeral(random);
    private Coatcheck coatcheck = pipeline();

    /** The store in memory, which can be made to fall silent, or to tell nobody. */
    private SessionStore between() {
        return (SessionStore) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {SessionStore.class}, (proxy, method, arguments) -> {
                    if (silent) {
                        throw StoreUnavailableException.during(method.getName(), new TimeoutException("silent"));
                    }
                    if (method.getName().equals("within")) {
                        return InvocationHandler.invokeDefault(proxy, method, arguments);
                    }
                    if (method.getName().equals("find")) {
                        reads.incrementAndGet();
                    }
                    if (method.getName().equals("signals") && deaf) {
                        return Optional.of(new Deaf());
                    }
                    if (method.getName().equals("signals")) {
                        return memory.signals().map(Overheard::new);
                    }
                    try {
                        Object answer = method.invoke(memory, arguments);
                        if (method.getName().equals("find") && Thread.currentThread() == asking) {
                            Optional.ofNullable(afterNextFind.poll()).ifPresent(Runnable::run);
                        }
                        return answer;
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }

    /** The store's signals, on whose channel anybody may speak. */
    private final class Overheard implements SessionSignals {
        private final SessionSignals signals;

        Overheard(SessionSignals signals) {
            this.signals = signals;
        }

        @Override
        public Subscription subscribe(Listener listener) {
            listening.add(listener);
            Subscription subscription = signals.subscribe(listener);
            return () -> {
                listening.remove(listener);
                subscription.close();
            };
        }

        @Override
        public OptionalLong provenAt() {
            return signals.provenAt();
        }

        @Override
        public boolean reachEveryNode() {
            return signals.reachEveryNode();
        }
    }

    /** Signals of a channel that is cut. */
    private final class Deaf implements SessionSignals {
        @Override
        public Subscription subscribe(Listener listener) {
            missing.add(listener);
            return () -> missing.remove(listener);
        }

        @Override
        public OptionalLong provenAt() {
            return OptionalLong.empty();
        }

        @Override
        public boolean reachEveryNode() {
            return false;
        }
    }

    private Coatcheck pipeline() {
        AuthEndpoints endpoints = new AuthEndpoints(
                        attempt -> new Outcome.Accepted(Principal.of(attempt.username(), attempt.username())),
                        EnumSet.allOf(Transport.class))
                .withEvents(events);
        return Coatcheck.on(Origin.parse("https://api.example.com").orElseThrow(), store, keys, new JsonValues())
                .apps(Set.of(Origin.parse(APP).orElseThrow()))
                .routes(endpoints.at("/auth"))
                .clock(() -> now)
                .build();
    }

    private void with(EventPolicy policy) {
        events.close();
        events = SessionEvents.over(store, policy, () -> now, random);
        coatcheck = pipeline();
    }

    @AfterEach
    void close() {
        events.close();
    }

    /** A person's browser at an address. */
    private final class Visitor {
        private final String address;
        private final RequestHead signedIn;
        private final String cookie;
        private final String csrf;
        private final SessionId id;

        Visitor(String user) {
            this(user, "192.0.2.7");
        }

        Visitor(String user, String address) {
            this.address = address;
            signedIn = RequestHead.of("POST", "/auth/login")
                    .from(address)
                    .with("Origin", APP)
                    .with("Content-Type", "application/json")
                    .body("{\"username\":\"" + user + "\",\"password\":\"x\"}");
            WebResponse answer = answer(signedIn);
            String line = answer.header("Set-Cookie").orElseThrow();
            cookie = line.substring(0, line.indexOf(';'));
            csrf = answer.header("X-CSRF-Token").orElseThrow();
            String body = new String(answer.body(), StandardCharsets.UTF_8);
            id = SessionId.parse(body.replaceFirst("(?s).*\"session\":\\{\"id\":\"([^\"]+)\".*", "$1"))
                    .orElseThrow();
        }

        /** As the browser asks for a page elsewhere: its Origin is missing, as with every GET without CORS. */
        WebResponse callFrom(String site, String mode) {
            return answer(RequestHead.of("GET", "/auth/events")
                    .from(address)
                    .with("Sec-Fetch-Site", site)
                    .with("Sec-Fetch-Mode", mode)
                    .with("Cookie", cookie));
        }

        WebResponse call(String method, String path) {
            return answer(RequestHead.of(method, path)
                    .from(address)
                    .with("Origin", APP)
                    .with("Cookie", cookie)
                    .with("X-CSRF-Token", csrf));
        }

        /** Opens a stream, and waits until the session was looked at once more: from then on it takes news to be told. */
        Reader reads() {
            int before = reads.get();
            Reader reader = new Reader();
            call("GET", "/auth/events").stream().orElseThrow().begin(reader);
            eventually(() -> reads.get() >= before + 2, () -> "no look when it was opened");
            return reader;
        }
    }

    /** Somebody who reads a stream, for as long as they take what comes. */
    private static final class Reader implements WebStream.Sink {
        private final StringBuilder read = new StringBuilder();
        volatile boolean takes = true;
        volatile boolean stallsAtTheEnd;
        volatile boolean broken;
        volatile boolean ended;
        volatile boolean cut;

        @Override
        public void write(byte[] bytes, Runnable taken) {
            if (broken) {
                throw new IllegalStateException("a defect of this connection");
            }
            synchronized (read) {
                read.append(new String(bytes, StandardCharsets.UTF_8));
            }
            if (takes && !(stallsAtTheEnd && text().contains("session-ended"))) {
                taken.run();
            }
        }

        @Override
        public void end() {
            ended = true;
        }

        @Override
        public void cut() {
            cut = true;
            if (broken) {
                throw new IllegalStateException("a defect of this connection");
            }
        }

        String text() {
            synchronized (read) {
                return read.toString();
            }
        }

        void awaits(String text) {
            eventually(() -> text().contains(text), () -> "no " + text + " in " + text());
        }

        void awaitsTheEnd() {
            eventually(() -> ended, () -> "no end after " + text());
        }
    }

    private static void eventually(BooleanSupplier isSo, Supplier<String> otherwise) {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
        while (!isSo.getAsBoolean()) {
            assertThat(System.nanoTime()).as(otherwise.get()).isLessThan(end);
            Thread.onSpinWait();
        }
    }

    /** Two more heartbeats have come, so that what was to be told would have been. */
    private static void aWhile(Reader reader) {
        int before = beats(reader);
        eventually(() -> beats(reader) >= before + 2, () -> "no heartbeats: " + reader.text());
    }

    private static int beats(Reader reader) {
        return reader.text().split("(?m)^:$", -1).length - 1;
    }

    private WebResponse answer(RequestHead request) {
        return coatcheck.admit(request).fold(answered -> answered, exchange -> WebResponse.status(599));
    }

    private static String code(WebResponse answer) {
        return new String(answer.body(), StandardCharsets.UTF_8).replaceFirst("(?s).*\"code\":\"([^\"]+)\".*", "$1");
    }

    // --- what is told

    @Test
    void anEndIsToldAtOnceWithItsReasonAndTheStreamEnds() {
        with(RARE);
        Visitor ann = new Visitor("ann");
        Visitor other = new Visitor("ann");
        Reader reader = ann.reads();
        Reader theirs = other.reads();
        assertThat(other.call("DELETE", "/auth/sessions/" + ann.id).status()).isEqualTo(204);
        reader.awaitsTheEnd();
        assertThat(reader.text())
                .contains("event: session-ended\ndata: {\"id\":\"" + ann.id
                        + "\",\"code\":\"session-revoked\",\"reason\":\"revoked-by-user\"}\n\n");
        assertThat(theirs.ended).isFalse();
        assertThat(theirs.text()).doesNotContain("event:");
        eventually(() -> events.open() == 1, () -> "a place is kept");
    }

    @Test
    void everyReasonIsTold() {
        with(RARE);
        for (EndReason why : EndReason.values()) {
            Visitor ann = new Visitor("ann");
            Reader reader = ann.reads();
            memory.end(ann.id, why, now);
            reader.awaitsTheEnd();
            assertThat(reader.text()).contains("\"reason\":\"" + EventText.reason(why) + "\"");
        }
        Visitor ann = new Visitor("ann");
        Reader reader = ann.reads();
        memory.endAll(new UserId("ann"), Cutoff.everything(now), EndReason.ACCOUNT_CHANGED, now);
        reader.awaitsTheEnd();
        assertThat(reader.text()).contains("\"reason\":\"account-changed\"");
    }

    @Test
    void anEndThatNobodyToldIsSeenWithTheNextHeartbeat() {
        deaf = true;
        with(POLICY);
        Visitor ann = new Visitor("ann");
        Reader reader = ann.reads();
        aWhile(reader);
        memory.end(ann.id, EndReason.REVOKED_BY_ADMIN, now);
        reader.awaitsTheEnd();
        assertThat(reader.text()).contains("\"reason\":\"revoked-by-admin\"");
    }

    @Test
    void anEndThatIsOnlySaidEndsNothing() {
        with(RARE);
        Visitor ann = new Visitor("ann");
        Reader reader = ann.reads();
        int before = reads.get();
        listening.forEach(listener -> listener.heard(new SessionSignal.Ended(ann.id, EndReason.REVOKED_BY_ADMIN)));
        eventually(() -> reads.get() > before, () -> "the store was not asked");
        memory.end(ann.id, EndReason.SIGNED_OUT, now);
        reader.awaitsTheEnd();
        assertThat(reader.text()).contains("\"reason\":\"signed-out\"").doesNotContain("revoked-by-admin");
    }

    @Test
    void anEndIsNotToldUntilTheStoreSaysSo() {
        Visitor ann = new Visitor("ann");
        Reader reader = ann.reads();
        silent = true;
        memory.end(ann.id, EndReason.REPLACED, now);
        aWhile(reader);
        assertThat(reader.ended).isFalse();
        assertThat(reader.text()).doesNotContain("event:");
        silent = false;
        reader.awaitsTheEnd();
        assertThat(reader.text()).contains("\"reason\":\"replaced\"");
    }

    @Test
    void whoComesWhileTheOthersAreBeingToldHearsOfTheEndToo() {
        with(RARE);
        Visitor ann = new Visitor("ann");
        Reader first = ann.reads();
        first.stallsAtTheEnd = true;
        afterNextFind.add(() -> {
            memory.end(ann.id, EndReason.SIGNED_OUT, now);
            first.awaits("session-ended");
        });
        Reader second = new Reader();
        ann.call("GET", "/auth/events").stream().orElseThrow().begin(second);
        second.awaitsTheEnd();
        assertThat(second.text()).contains("\"reason\":\"signed-out\"");
        assertThat(first.text().split("session-ended", -1)).hasSize(2);
    }

    @Test
    void whoWasToldAndTakesNothingIsCutOffAlsoWhenOthersCameAfter() {
        Visitor ann = new Visitor("ann");
        Reader first = ann.reads();
        first.stallsAtTheEnd = true;
        afterNextFind.add(() -> {
            memory.end(ann.id, EndReason.SIGNED_OUT, now);
            first.awaits("session-ended");
        });
        Reader second = new Reader();
        second.stallsAtTheEnd = true;
        ann.call("GET", "/auth/events").stream().orElseThrow().begin(second);
        eventually(() -> first.cut && second.cut, () -> "they are waited for");
        assertThat(events.open()).isZero();
    }

    @Test
    void aConnectionThatFailsKeepsNobodyElseFromBeingTold() {
        Visitor ann = new Visitor("ann");
        Reader broken = ann.reads();
        Reader reader = ann.reads();
        Reader elsewhere = new Visitor("bob").reads();
        broken.broken = true;
        aWhile(elsewhere);
        aWhile(reader);
        assertThat(broken.cut).isTrue();
        assertThat(events.open()).isEqualTo(2);
        memory.end(ann.id, EndReason.SIGNED_OUT, now);
        reader.awaitsTheEnd();
        assertThat(reader.text()).contains("session-ended");
    }

    @Test
    void whenSignalsWereMissedEverySessionIsLookedAtSoon() {
        deaf = true;
        with(RARE);
        Visitor ann = new Visitor("ann");
        Reader reader = ann.reads();
        memory.end(ann.id, EndReason.SIGNED_OUT, now);
        missing.forEach(SessionSignals.Listener::missed);
        reader.awaitsTheEnd();
    }

    @Test
    void anEndBetweenTheRequestAndItsFirstByteIsTold() {
        deaf = true;
        with(RARE);
        Visitor ann = new Visitor("ann");
        WebStream stream = ann.call("GET", "/auth/events").stream().orElseThrow();
        memory.end(ann.id, EndReason.SIGNED_OUT, now);
        Reader reader = new Reader();
        stream.begin(reader);
        reader.awaitsTheEnd();
        assertThat(reader.text()).contains("\"reason\":\"signed-out\"");
    }

    @Test
    void aRecordThatIsGoneIsMissing() {
        Visitor ann = new Visitor("ann");
        Reader reader = ann.reads();
        memory.purge(now.plus(Duration.ofDays(2)), 10);
        reader.awaitsTheEnd();
        assertThat(reader.text()).contains("\"code\":\"session-missing\",\"reason\":\"missing\"");
    }

    @Test
    void aSessionIsToldToBeExpiringAheadOnceAndThenItsEnd() {
        Visitor ann = new Visitor("ann");
        Reader reader = ann.reads();
        now = now.plus(Duration.ofMinutes(28)).minusMillis(1);
        aWhile(reader);
        assertThat(reader.text()).doesNotContain("session-expiring");
        now = now.plusMillis(1);
        reader.awaits("event: session-expiring\ndata: {\"id\":\"" + ann.id
                + "\",\"idleExpiresAt\":\"2026-11-20T10:30:00Z\",\"expiresAt\":\"2026-11-20T22:00:00Z\","
                + "\"idleExpiresIn\":120,\"expiresIn\":41520}\n\n");
        aWhile(reader);
        assertThat(reader.text().split("session-expiring", -1)).hasSize(2);
        assertThat(reader.ended).isFalse();
        now = now.plus(Duration.ofMinutes(2));
        reader.awaitsTheEnd();
        assertThat(reader.text()).contains("\"code\":\"session-expired\",\"reason\":\"expired\"");
    }

    @Test
    void whoIsActiveAfterAWarningIsToldThatItNoLongerHolds() {
        Visitor ann = new Visitor("ann");
        Reader reader = ann.reads();
        now = now.plus(Duration.ofMinutes(29));
        reader.awaits("session-expiring");
        assertThat(ann.call("GET", "/auth/session").status()).isEqualTo(200);
        reader.awaits("event: session-changed");
        assertThat(reader.text()).contains("\"idleExpiresAt\":\"2026-11-20T10:59:00Z\"");
        now = now.plus(Duration.ofMinutes(28));
        eventually(() -> reader.text().split("session-expiring", -1).length == 3, () -> "no second warning");
        assertThat(reader.ended).isFalse();
    }

    @Test
    void anAbsoluteEndNeedsNoStore() {
        Visitor ann = new Visitor("ann");
        Reader reader = ann.reads();
        silent = true;
        now = now.plus(Duration.ofHours(12));
        reader.awaitsTheEnd();
        assertThat(reader.text()).contains("session-expired");
    }

    @Test
    void aSilentStoreEndsNobodysStreamAndIsAskedAgain() {
        deaf = true;
        with(POLICY);
        Visitor ann = new Visitor("ann");
        Reader reader = ann.reads();
        memory.end(ann.id, EndReason.SIGNED_OUT, now);
        silent = true;
        aWhile(reader);
        boolean endedBefore = reader.ended;
        silent = false;
        reader.awaitsTheEnd();
        assertThat(endedBefore || reader.text().contains("signed-out")).isTrue();
    }

    @Test
    void aNewPrivilegeIsToldAndEndsTheStreamOfTheOldTicket() {
        with(RARE);
        Visitor ann = new Visitor("ann");
        Reader reader = ann.reads();
        RequestHead again = RequestHead.of("POST", "/auth/login")
                .from("192.0.2.7")
                .with("Origin", APP)
                .with("Cookie", ann.cookie)
                .with("Content-Type", "application/json")
                .body("{\"username\":\"ann\",\"password\":\"x\"}");
        assertThat(answer(again).status()).isEqualTo(200);
        reader.awaitsTheEnd();
        assertThat(reader.text()).contains("event: session-changed\ndata: {\"id\":\"" + ann.id + "\"");
        assertThat(reader.text()).doesNotContain("session-ended");
    }

    @Test
    void attributesTouchesAndHeartbeatsAreNoNews() {
        Visitor ann = new Visitor("ann");
        Reader reader = ann.reads();
        now = now.plus(Duration.ofMinutes(5));
        ann.call("GET", "/auth/session");
        aWhile(reader);
        assertThat(reader.text()).doesNotContain("event:").startsWith("retry: ");
    }

    // --- what it is not

    @Test
    void aStreamIsAnOnlookerThatNobodyMayCacheAndItsPageMayRead() {
        Visitor ann = new Visitor("ann");
        now = now.plus(Duration.ofMinutes(10));
        Instant seen = memory.find(ann.id).orElseThrow().lastSeenAt();
        WebResponse answer = ann.call("GET", "/auth/events");
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.header("Content-Type")).hasValue("text/event-stream");
        assertThat(answer.header("Cache-Control")).hasValue("private, no-store");
        assertThat(answer.header("X-Accel-Buffering")).hasValue("no");
        assertThat(answer.header("Access-Control-Allow-Origin")).hasValue(APP);
        assertThat(answer.header("Set-Cookie")).isEmpty();
        Reader reader = new Reader();
        answer.stream().orElseThrow().begin(reader);
        aWhile(reader);
        assertThat(memory.find(ann.id).orElseThrow().lastSeenAt()).isEqualTo(seen);
        answer.stream().orElseThrow().gone();
        assertThat(events.open()).isZero();
    }

    @Test
    void aHeadAndAPreflightOpenNothing() {
        Visitor ann = new Visitor("ann");
        WebResponse head = ann.call("HEAD", "/auth/events");
        assertThat(head.status()).isEqualTo(200);
        assertThat(head.header("Content-Type")).hasValue("text/event-stream");
        assertThat(head.stream()).isEmpty();
        assertThat(ann.call("POST", "/auth/events").status()).isEqualTo(405);
        assertThat(answer(RequestHead.of("OPTIONS", "/auth/events")
                                .with("Origin", APP)
                                .with("Access-Control-Request-Method", "GET"))
                        .status())
                .isEqualTo(204);
        assertThat(events.open()).isZero();
    }

    @Test
    void onlyTheLivingListen() {
        assertThat(code(answer(RequestHead.of("GET", "/auth/events")))).isEqualTo("session-missing");
        Visitor ann = new Visitor("ann");
        silent = true;
        WebResponse down = ann.call("GET", "/auth/events");
        assertThat(down.status()).isEqualTo(503);
        assertThat(down.header("Access-Control-Allow-Origin")).hasValue(APP);
        silent = false;
        memory.end(ann.id, EndReason.REVOKED_BY_ADMIN, now);
        WebResponse over = ann.call("GET", "/auth/events");
        assertThat(over.status()).isEqualTo(401);
        assertThat(code(over)).isEqualTo("session-revoked");
        assertThat(over.stream()).isEmpty();
    }

    @Test
    void aForeignPageTakesNoPlaces() {
        Visitor ann = new Visitor("ann");
        for (String site : List.of("cross-site", "same-site", "none")) {
            for (String mode : List.of("no-cors", "navigate")) {
                WebResponse answer = ann.callFrom(site, mode);
                assertThat(answer.status()).as(site + " " + mode).isEqualTo(403);
                assertThat(code(answer)).isEqualTo("origin-not-allowed");
                assertThat(answer.stream()).isEmpty();
            }
        }
        assertThat(events.open()).isZero();
        assertThat(ann.callFrom("same-origin", "cors").status()).isEqualTo(200);
        assertThat(ann.call("GET", "/auth/events").status()).isEqualTo(200);
        assertThat(ann.call("HEAD", "/auth/events").status()).isEqualTo(200);
        assertThat(events.open()).isEqualTo(2);
    }

    // --- limits

    @Test
    void everyLimitIsKeptAndAPlaceThatIsFreeIsGivenAgain() {
        with(POLICY.withPerSession(2).withPerUser(3).withPerAddress(4).withMost(5));
        Visitor ann = new Visitor("ann");
        WebStream first = ann.call("GET", "/auth/events").stream().orElseThrow();
        first.begin(new Reader());
        ann.reads();
        refused(ann, "one session");
        Visitor annsPhone = new Visitor("ann");
        annsPhone.reads();
        refused(annsPhone, "one user");
        Visitor bob = new Visitor("bob");
        bob.reads();
        refused(bob, "one client address");
        Visitor carol = new Visitor("carol", "2001:db8::1");
        carol.reads();
        refused(carol, "one server");
        first.gone();
        first.gone();
        new Visitor("dave", "2001:db8::2").reads();
        refused(carol, "one server");
    }

    private void refused(Visitor visitor, String whose) {
        WebResponse answer = visitor.call("GET", "/auth/events");
        assertThat(answer.status()).isEqualTo(429);
        assertThat(code(answer)).isEqualTo("events-limit-reached");
        assertThat(new String(answer.body(), StandardCharsets.UTF_8)).contains(whose);
        assertThat(answer.header("Retry-After").map(Integer::parseInt))
                .hasValueSatisfying(seconds -> assertThat(seconds).isBetween(5, 10));
        assertThat(answer.header("Access-Control-Allow-Origin")).hasValue(APP);
        assertThat(answer.header("Set-Cookie")).isEmpty();
    }

    @Test
    void aReaderThatTakesNothingIsCutOffWithTheNextHeartbeatButOne() {
        Visitor ann = new Visitor("ann");
        Reader reader = new Reader();
        reader.takes = false;
        ann.call("GET", "/auth/events").stream().orElseThrow().begin(reader);
        eventually(() -> reader.cut, () -> "it is waited for");
        assertThat(events.open()).isZero();
    }

    @Test
    void aBeatThatWasNotTakenByTheNextCutsTheReaderOff() {
        Reader reader = new Reader();
        reader.takes = false;
        AtomicInteger left = new AtomicInteger();
        EventStream stream = new EventStream(1, 0, gone -> left.incrementAndGet());
        stream.begin(reader);
        stream.beat(EventText.BEAT, 0);
        assertThat(reader.cut).isFalse();
        stream.beat(EventText.BEAT, 0);
        assertThat(reader.cut).isTrue();
        assertThat(left).hasValue(1);
    }

    @Test
    void aStreamThatNobodyBeginsIsForgotten() {
        Visitor ann = new Visitor("ann");
        WebStream stream = ann.call("GET", "/auth/events").stream().orElseThrow();
        eventually(() -> events.open() == 0, () -> "it is kept");
        Reader late = new Reader();
        stream.begin(late);
        assertThat(late.cut).isTrue();
    }

    @Test
    void whatPilesUpIsBounded() {
        Reader reader = new Reader();
        reader.takes = false;
        AtomicInteger left = new AtomicInteger();
        EventStream stream = new EventStream(1, Long.MAX_VALUE, gone -> left.incrementAndGet());
        stream.begin(reader);
        int sent = 0;
        while (stream.send("x\n\n")) {
            assertThat(++sent).isLessThan(20);
        }
        assertThat(reader.cut).isTrue();
        assertThat(left).hasValue(1);
        assertThat(sent).isEqualTo(9);
    }

    // --- the end

    @Test
    void aStopTellsEverybodyToComeBackAndRefusesNewOnes() {
        Visitor ann = new Visitor("ann");
        Reader one = ann.reads();
        Reader two = new Visitor("bob").reads();
        events.close();
        for (Reader reader : List.of(one, two)) {
            reader.awaitsTheEnd();
            assertThat(reader.text()).matches("(?s).*retry: [2-4]\\d{3}\n\n$").doesNotContain("session-ended");
        }
        WebResponse refused = ann.call("GET", "/auth/events");
        assertThat(refused.status()).isEqualTo(503);
        assertThat(code(refused)).isEqualTo("server-unavailable");
        assertThat(events.open()).isZero();
    }
}
