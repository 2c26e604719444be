package dev.coatcheck.stores.tests;

import dev.coatcheck.session.Device;
import dev.coatcheck.session.Principal;
import dev.coatcheck.session.Transport;
import dev.coatcheck.session.UserId;
import dev.coatcheck.store.Cutoff;
import dev.coatcheck.store.EndReason;
import dev.coatcheck.store.PerUserLimit;
import dev.coatcheck.store.SessionStore;
import dev.coatcheck.store.StoredSession;
import dev.coatcheck.store.StoredSession.Ending;
import dev.coatcheck.store.StoredSession.StoredAttribute;
import dev.coatcheck.token.Salt;
import dev.coatcheck.token.SessionId;
import dev.coatcheck.token.TokenHash;
import dev.coatcheck.token.TokenState;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The sessions that stand in every recording: the same in each store and each release, to the millisecond. */
final class RecordedSessions {
    /** The moment of the recording; all but the tombstone are alive then. */
    static final Instant NOW = Instant.parse("2026-11-02T12:00:00Z");

    static final UserId ANN = new UserId("ann{1}%7B");
    static final UserId CUT_OFF = new UserId("bob");
    static final Instant LINE = NOW.minusSeconds(3_600);

    /** By token, rotated twice, stepped up twice, with an attribute that an earlier revision wrote. */
    static final StoredSession BUSY = new StoredSession(
            SessionId.of("0000000000000000000Ann"),
            Optional.of(new Principal(ANN, "Ann \"Ø\"", List.of("admin", "role:two"))),
            Transport.BEARER,
            token(
                    3,
                    5,
                    new TokenState.Step(NOW.minusSeconds(3_000), Optional.of(NOW.minusSeconds(2_999))),
                    new TokenState.Step(NOW.minusSeconds(60), Optional.empty())),
            2,
            7,
            NOW.minusSeconds(7_200),
            Optional.of(NOW.minusSeconds(7_000)),
            NOW.minusMillis(1_234),
            Duration.ofMinutes(30),
            NOW.plusSeconds(36_000),
            NOW.plusMillis(1_798_766),
            new Device("Firefox on Linux", "Mozilla/5.0 (X11; Linux x86_64)", "2001:db8::1"),
            Map.of("cart.1", new StoredAttribute("[1, {\"name\":\"K\u00e4se\\n\\u00e4 \\\"x\\\" /a?b=c&d\"}]", 3)),
            Optional.empty());

    /** By cookie, never rotated, without roles or attributes. */
    static final StoredSession PLAIN = new StoredSession(
            SessionId.of("0000000000000000000Bee"),
            Optional.of(new Principal(ANN, "Ann", List.of())),
            Transport.COOKIE,
            token(1, 0),
            0,
            1,
            NOW.minusSeconds(500),
            Optional.of(NOW.minusSeconds(500)),
            NOW.minusSeconds(500),
            Duration.ofMinutes(30),
            NOW.plusSeconds(42_700),
            NOW.plusSeconds(1_300),
            new Device("Phone", "", "192.0.2.7"),
            Map.of(),
            Optional.empty());

    /** Of nobody. */
    static final StoredSession VISITOR = new StoredSession(
            SessionId.of("0000000000000000000Vis"),
            Optional.empty(),
            Transport.COOKIE,
            token(1, 0),
            0,
            1,
            NOW.minusSeconds(10),
            Optional.empty(),
            NOW.minusSeconds(10),
            Duration.ofMinutes(30),
            NOW.plusSeconds(43_190),
            NOW.plusSeconds(1_790),
            new Device("Firefox", "Mozilla/5.0", "192.0.2.8"),
            Map.of("cart", new StoredAttribute("[2]", 1)),
            Optional.empty());

    /** Signed out a minute ago. */
    static final StoredSession ENDED = new StoredSession(
            SessionId.of("0000000000000000000End"),
            Optional.of(new Principal(ANN, "Ann", List.of("admin"))),
            Transport.COOKIE,
            token(1, 0),
            1,
            4,
            NOW.minusSeconds(900),
            Optional.of(NOW.minusSeconds(900)),
            NOW.minusSeconds(100),
            Duration.ofMinutes(30),
            NOW.plusSeconds(42_300),
            NOW.plusSeconds(1_700),
            new Device("Tablet", "Tablet/1.0", "192.0.2.9"),
            Map.of(),
            Optional.of(new Ending(EndReason.REVOKED_BY_USER, NOW.minusSeconds(60))));

    static final List<StoredSession> ALL = List.of(BUSY, PLAIN, VISITOR, ENDED);

    private RecordedSessions() {}

    static void write(SessionStore store) {
        for (StoredSession session : ALL) {
            store.create(session, PerUserLimit.DEFAULT);
        }
        store.endAll(CUT_OFF, new Cutoff(LINE, Optional.empty(), Duration.ofDays(1)), EndReason.ACCOUNT_CHANGED, NOW);
    }

    private static TokenState token(int kid, int generation, TokenState.Step... replaced) {
        byte[] hash = new byte[TokenHash.BYTES];
        Arrays.fill(hash, (byte) (0xA0 + generation));
        byte[] salt = new byte[16];
        Arrays.fill(salt, (byte) (0x50 + kid));
        return new TokenState(kid, generation, TokenHash.ofBytes(hash), Salt.ofBytes(salt), List.of(replaced));
    }
}
