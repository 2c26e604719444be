package dev.coatcheck.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.coatcheck.session.UserId;
import dev.coatcheck.store.Changed;
import dev.coatcheck.store.Created;
import dev.coatcheck.store.Cutoff;
import dev.coatcheck.store.EndReason;
import dev.coatcheck.store.Guard;
import dev.coatcheck.store.MemorySessionStore;
import dev.coatcheck.store.Page;
import dev.coatcheck.store.PageToken;
import dev.coatcheck.store.PerUserLimit;
import dev.coatcheck.store.SessionChange;
import dev.coatcheck.store.SessionChange.AttributeChange;
import dev.coatcheck.store.SessionStore;
import dev.coatcheck.store.StoredSession;
import dev.coatcheck.token.SessionId;
import dev.coatcheck.token.TokenState;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Random operations on a store and on {@link MemorySessionStore} side by side: both must answer the same and end up with
 * the same records. Few users, few ids and few attribute names, so that operations meet. Seeds are fixed: a failure names
 * its seed and step, and comes again.
 */
public abstract class SessionStoreModelCheck extends SessionStoreFixture {
    private static final int SEEDS = Rounds.of(8, 150);
    private static final int STEPS = 250;
    private static final List<String> NAMES = List.of("a", "A", "a.b", "b", "cart-1", "_");
    private static final List<String> VALUES =
            List.of("1", "\"x\"", "{\"a.b\":[1,\"\\\"\"]}", "null", "\"\u00e9\ud83d\ude00\"");

    private final SessionStore model = new MemorySessionStore();
    private final Set<Instant> used = new HashSet<>();
    private Random random = new Random(0);
    private Instant time = now;
    private List<UserId> users = List.of();
    private List<SessionId> ids = List.of();

    /** For subclasses. */
    protected SessionStoreModelCheck() {}

    @Test
    void theStoreAnswersAsTheModelDoes() {
        for (int seed = 1; seed <= SEEDS; seed++) {
            random = new Random(seed);
            users = Stream.generate(Sessions::user).limit(3).toList();
            ids = Stream.generate(Sessions::id).limit(14).toList();
            for (int step = 0; step < STEPS; step++) {
                time = time.plusMillis(1 + random.nextInt(2_000));
                String where = "seed " + seed + ", step " + step + ": ";
                step(where);
            }
            for (SessionId id : ids) {
                assertThat(store.find(id)).as("seed %d at the end", seed).isEqualTo(model.find(id));
            }
        }
    }

    private void step(String where) {
        SessionId id = any(ids);
        UserId user = any(users);
        switch (random.nextInt(20)) {
            case 0, 1, 2, 3, 4 -> createBoth(where, id, user);
            case 5, 6 -> {
                EndReason why = any(List.of(EndReason.values()));
                both(where + "end", store -> store.end(id, why, time));
            }
            case 7 -> {
                Optional<SessionId> except = random.nextInt(3) == 0 ? Optional.of(id) : Optional.empty();
                Instant line = time.minusMillis(random.nextInt(20_000));
                Cutoff cutoff = new Cutoff(line, except, Duration.ofDays(1));
                both(where + "endAll", store -> store.endAll(user, cutoff, EndReason.ACCOUNT_CHANGED, time));
            }
            case 8 -> {
                int size = 1 + random.nextInt(4);
                both(where + "list", store -> pages(store, user, size));
            }
            case 9 -> {
                if (purges() && random.nextInt(4) == 0) {
                    Instant line = time.minusSeconds(60);
                    int atMost = 1 + random.nextInt(5);
                    both(where + "purge", store -> store.purge(line, atMost));
                    forgetTogether(line);
                }
            }
            default -> applyBoth(where, id, user);
        }
        both(where + "find", store -> store.find(id));
    }

    /** Which dead records a bounded purge takes is the store's choice; after all of them are gone the two agree again. */
    private void forgetTogether(Instant line) {
        for (SessionStore each : List.of(store, model)) {
            while (each.purge(line, 100) > 0) {}
        }
    }

    private void createBoth(String where, SessionId id, UserId user) {
        Sessions sample = random.nextInt(3) == 0
                ? Sessions.anonymous(unused(time))
                : Sessions.of(user, unused(time)).authenticatedAt(unused(time.minusMillis(random.nextInt(20_000))));
        if (random.nextBoolean()) {
            sample.attribute(any(NAMES), any(VALUES));
        }
        sample.id(id).idle(Duration.ofSeconds(1 + random.nextInt(120)));
        StoredSession session = sample.build();
        PerUserLimit limit = limit();
        Created expected = model.create(session, limit);
        Created actual = store.create(session, limit);
        if (expected instanceof Created.Stored) {
            assertThat(actual).as("%screate %s", where, session).isEqualTo(expected);
        } else {
            assertThat(actual)
                    .as("%screate %s, refused as %s", where, session, expected)
                    .isNotInstanceOf(Created.Stored.class);
        }
    }

    private void applyBoth(String where, SessionId id, UserId user) {
        Optional<StoredSession> current = model.find(id);
        SessionChange change = change(current, user);
        int epoch = current.map(StoredSession::epoch).orElse(0) - (random.nextInt(8) == 0 ? 1 : 0);
        Guard guard = new Guard(time, epoch);
        Changed expected = model.apply(id, guard, change);
        Changed actual = store.apply(id, guard, change);
        boolean otherRefusal = !(expected instanceof Changed.Applied)
                && (actual instanceof Changed.CutOff || actual instanceof Changed.LimitReached)
                && change.privilege().isPresent();
        if (!otherRefusal) {
            assertThat(actual).as("%sapply %s", where, change).isEqualTo(expected);
        }
    }

    private SessionChange change(Optional<StoredSession> current, UserId user) {
        SessionChange change = SessionChange.NONE;
        for (int i = random.nextInt(3); i > 0; i--) {
            String name = any(NAMES);
            change = change.with(name, attributeChange(current, name));
        }
        if (random.nextInt(3) == 0) {
            Instant seen = unused(time.plusMillis(random.nextInt(20_000) - 10_000));
            change = change.with(new SessionChange.Touch(seen, seen.plusSeconds(random.nextInt(120))));
        }
        TokenState token = current.map(StoredSession::token).orElseGet(Sessions::token);
        if (random.nextInt(5) == 0) {
            TokenState next = random.nextBoolean() ? Sessions.rotated(token, time) : token.confirmedAt(time);
            TokenState expected = random.nextInt(4) == 0 ? Sessions.token() : token;
            change = change.with(new SessionChange.TokenChange(expected, next));
        }
        if (random.nextInt(4) == 0) {
            Instant proof = unused(time.minusMillis(random.nextInt(20_000)));
            change = change.with(Sessions.signIn(user, unused(time), proof, limit(), any(NAMES), any(NAMES)));
        }
        return change;
    }

    private AttributeChange attributeChange(Optional<StoredSession> current, String name) {
        long version = current.map(session -> session.attributes().get(name))
                .map(StoredSession.StoredAttribute::version)
                .orElse(0L);
        return switch (random.nextInt(4)) {
            case 0 -> new AttributeChange.Remove();
            case 1 -> new AttributeChange.Swap(any(VALUES), random.nextInt(4) == 0 ? version + 1 : version);
            default -> new AttributeChange.Put(any(VALUES));
        };
    }

    private PerUserLimit limit() {
        return new PerUserLimit(1 + random.nextInt(4), any(List.of(PerUserLimit.Policy.values())));
    }

    private List<StoredSession> pages(SessionStore each, UserId user, int size) {
        List<StoredSession> all = new ArrayList<>();
        Optional<PageToken> after = Optional.empty();
        do {
            Page<StoredSession> page = each.list(user, after, size, time);
            all.addAll(page.items());
            after = page.next();
        } while (after.isPresent() && all.size() < 1_000);
        return all;
    }

    private <T> void both(String what, Function<SessionStore, T> operation) {
        T expected = operation.apply(model);
        assertThat(operation.apply(store)).as(what).isEqualTo(expected);
    }

    /** An instant that was not used before: the order of equals is the store's choice. */
    private Instant unused(Instant wanted) {
        Instant free = wanted;
        while (!used.add(free)) {
            free = free.plusMillis(1);
        }
        return free;
    }

    private <T> T any(List<T> choices) {
        return choices.get(random.nextInt(choices.size()));
    }
}
