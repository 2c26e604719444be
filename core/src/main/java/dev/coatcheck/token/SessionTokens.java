package dev.coatcheck.token;

import java.security.SecureRandom;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Hands tickets out and recognises them.
 *
 * <p>Rotation is a chain: {@code secret[n+1] = HMAC(HKDF(key[kid]), salt, secret[n])}. An older ticket that is presented is
 * walked forward and compared with the stored hash, so that a genuine one is told from a guess, and its holder can be
 * handed the current ticket again. A chain keeps the key it began with; a change of privilege begins a new one.
 */
public final class SessionTokens {
    /** How far a ticket is walked before it is given up as not genuine. */
    private static final int LONGEST_WALK = 256;

    private final KeyRing keys;
    private final RotationPolicy policy;
    private final SecureRandom random;

    public SessionTokens(KeyRing keys, RotationPolicy policy, SecureRandom random) {
        this.keys = keys;
        this.policy = policy;
        this.random = random;
    }

    /** A ticket, and what the record is to know of it. */
    public record Issued(SessionToken token, TokenState state) {}

    /** What a presented ticket is. */
    public sealed interface Recognition {
        /** The current one. */
        record Current() implements Recognition {}

        /** Genuine, rotated out, within grace: its holder is handed {@code current} again. */
        record Superseded(SessionToken current) implements Recognition {}

        /** Genuine, rotated out, too late: stolen, or presented after its thief. */
        record Reused() implements Recognition {}

        /** Not a ticket of this session. */
        record Foreign() implements Recognition {}

        /** One function per case. */
        default <T> T fold(
                Supplier<T> current, Function<SessionToken, T> superseded, Supplier<T> reused, Supplier<T> foreign) {
            if (this instanceof Current) {
                return current.get();
            }
            if (this instanceof Superseded s) {
                return superseded.apply(s.current());
            }
            return this instanceof Reused ? reused.get() : foreign.get();
        }
    }

    /** The first ticket of a chain on the active key. */
    public Issued first(SessionId id) {
        Secret secret = Secret.random(random);
        TokenState state = new TokenState(keys.active(), 0, TokenHash.of(secret), Salt.random(random), List.of());
        return new Issued(new SessionToken(id, state.kid(), 0, secret), state);
    }

    /** A ticket's successor; empty when the ring has lost the chain's key. */
    public Optional<Issued> successor(SessionToken current, TokenState state, Instant now) {
        return step(current.secret(), state).map(secret -> {
            TokenState next = state.rotatedTo(TokenHash.of(secret), now);
            return new Issued(new SessionToken(current.id(), next.kid(), next.generation(), secret), next);
        });
    }

    /** Whether a rotation without being asked is due. */
    public boolean rotationDue(TokenState state, Instant chainBegan, Instant now) {
        if (policy.every().isEmpty()) {
            return false;
        }
        Instant last = state.replaced().isEmpty()
                ? chainBegan
                : state.replaced().get(state.replaced().size() - 1).at();
        return !now.isBefore(last.plus(policy.every().get()));
    }

    /**
     * What this ticket is to the record with this state.
     *
     * @param byCookie whether it travels as a cookie, which a browser keeps when an answer gets lost: then an older one stays
     *     good for a while until its successor was first presented
     */
    public Recognition recognise(SessionToken presented, TokenState state, boolean byCookie, Instant now) {
        int steps = state.generation() - presented.generation();
        if (presented.kid() != state.kid() || steps < 0 || steps > LONGEST_WALK) {
            return new Recognition.Foreign();
        }
        Optional<Secret> walked = Optional.of(presented.secret());
        for (int i = 0; i < steps; i++) {
            walked = walked.flatMap(secret -> step(secret, state));
        }
        if (walked.isEmpty() || !TokenHash.of(walked.get()).equals(state.hash())) {
            return new Recognition.Foreign();
        }
        if (steps == 0) {
            return new Recognition.Current();
        }
        return inGrace(steps, state, byCookie, now)
                ? new Recognition.Superseded(
                        new SessionToken(presented.id(), state.kid(), state.generation(), walked.get()))
                : new Recognition.Reused();
    }

    private boolean inGrace(int steps, TokenState state, boolean byCookie, Instant now) {
        int index = state.replaced().size() - steps;
        if (steps > policy.mostSteps() || index < 0) {
            return false;
        }
        TokenState.Step step = state.replaced().get(index);
        if (!byCookie) {
            return now.isBefore(step.at().plus(policy.grace()));
        }
        return now.isBefore(step.at().plus(policy.unseenGrace()))
                && step.successorSeenAt()
                        .filter(seen -> !now.isBefore(seen.plus(policy.grace())))
                        .isEmpty();
    }

    private Optional<Secret> step(Secret secret, TokenState state) {
        return keys.mac(state.kid(), KeyRing.Use.SESSION_CHAIN, state.salt().bytes(), secret.bytes())
                .map(Secret::of);
    }
}
