package dev.coatcheck.bench;

import dev.coatcheck.session.Device;
import dev.coatcheck.session.Principal;
import dev.coatcheck.session.Transport;
import dev.coatcheck.session.UserId;
import dev.coatcheck.store.StoredSession;
import dev.coatcheck.store.StoredSession.StoredAttribute;
import dev.coatcheck.token.Salt;
import dev.coatcheck.token.SessionId;
import dev.coatcheck.token.TokenHash;
import dev.coatcheck.token.TokenState;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;

/**
 * Many sessions of many users, each made from its number alone: the same number is the same session, and nobody has to
 * remember a million ids.
 *
 * @param seed tells crowds apart
 * @param perUser sessions of one user
 * @param born when all of them began
 */
record Crowd(long seed, int perUser, Instant born) {
    private static final String DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    private static final int ID_DIGITS = 22;
    private static final Duration IDLE = Duration.ofHours(12);
    private static final Duration ABSOLUTE = Duration.ofDays(7);
    private static final String AGENT =
            "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36";

    /** The id of a session by number: random digits, below 2^128. */
    SessionId id(long number) {
        SplittableRandom random = random(number);
        StringBuilder text = new StringBuilder(ID_DIGITS).append(DIGITS.charAt(random.nextInt(7)));
        while (text.length() < ID_DIGITS) {
            text.append(DIGITS.charAt(random.nextInt(DIGITS.length())));
        }
        return SessionId.of(text.toString());
    }

    /** Whose session it is. */
    UserId user(long number) {
        return owner(number / perUser);
    }

    /** A user by number. */
    UserId owner(long number) {
        return new UserId("user-" + number);
    }

    /** When the last of them is over. */
    Instant over() {
        return born.plus(IDLE);
    }

    /** The session: signed in, with a device and two attributes, as an application leaves it. */
    StoredSession session(long number) {
        SplittableRandom random = random(number);
        byte[] hash = new byte[TokenHash.BYTES];
        byte[] salt = new byte[Salt.BYTES];
        random.nextBytes(hash);
        random.nextBytes(salt);
        // Sign-ins of one user a second apart: a list has an order.
        Instant proven = born.plusSeconds(number % perUser).minusSeconds(perUser);
        UserId user = user(number);
        return new StoredSession(
                id(number),
                Optional.of(new Principal(user, "User " + user.value(), List.of("member"))),
                Transport.COOKIE,
                new TokenState(1, 0, TokenHash.ofBytes(hash), Salt.ofBytes(salt), List.of()),
                1,
                1,
                proven,
                Optional.of(proven),
                born,
                IDLE,
                born.plus(ABSOLUTE),
                born.plus(IDLE),
                new Device("Chrome on Linux", AGENT, "203.0.113." + number % 250),
                Map.of(
                        "basket", new StoredAttribute("[{\"article\":" + number + ",\"pieces\":2}]", 1),
                        "language", new StoredAttribute("\"en\"", 1)),
                Optional.empty());
    }

    private SplittableRandom random(long number) {
        return new SplittableRandom(seed * 0x9E3779B97F4A7C15L + number);
    }
}
