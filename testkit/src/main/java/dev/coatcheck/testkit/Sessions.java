package dev.coatcheck.testkit;

import dev.coatcheck.session.Device;
import dev.coatcheck.session.Principal;
import dev.coatcheck.session.SessionPolicy;
import dev.coatcheck.session.Transport;
import dev.coatcheck.session.UserId;
import dev.coatcheck.store.PerUserLimit;
import dev.coatcheck.store.SessionChange.Privilege;
import dev.coatcheck.store.SessionStore;
import dev.coatcheck.store.StoreUnavailableException;
import dev.coatcheck.store.StoredSession;
import dev.coatcheck.store.StoredSession.StoredAttribute;
import dev.coatcheck.token.Salt;
import dev.coatcheck.token.SessionId;
import dev.coatcheck.token.TokenHash;
import dev.coatcheck.token.TokenState;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Sample sessions for tests of stores: made at one instant, 30 minutes idle, 12 hours absolute, unless said otherwise.
 * Their tickets' hashes are random and fit no ticket.
 */
public final class Sessions {
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final Duration IDLE = Duration.ofMinutes(30);
    private static final Duration ABSOLUTE = Duration.ofHours(12);

    private final Map<String, StoredAttribute> attributes = new LinkedHashMap<>();
    private final Instant createdAt;
    private SessionId id = id();
    private Optional<Principal> principal;
    private Optional<Instant> authenticatedAt;
    private Transport transport = Transport.COOKIE;
    private TokenState token = token();
    private int epoch;
    private long revision = 1;
    private Instant lastSeenAt;
    private Duration idle = IDLE;
    private Instant expiresAt;
    private Device device = new Device("Firefox on Linux", "Mozilla/5.0", "192.0.2.7");

    private Sessions(Optional<Principal> principal, Instant at) {
        this.principal = principal;
        this.authenticatedAt = principal.map(who -> at);
        this.createdAt = at;
        this.lastSeenAt = at;
        this.expiresAt = at.plus(ABSOLUTE);
    }

    /** Whether the store answers, and has it: for waiting until one is back. */
    public static boolean isFound(SessionStore store, StoredSession session) {
        try {
            return store.find(session.id()).isPresent();
        } catch (StoreUnavailableException e) {
            return false;
        }
    }

    /** A session of this user, signed in and last seen at this instant, with a fresh id. */
    public static Sessions of(UserId user, Instant at) {
        return new Sessions(Optional.of(new Principal(user, user.value(), List.of())), at);
    }

    /** A session of nobody, made and last seen at this instant, with a fresh id. */
    public static Sessions anonymous(Instant at) {
        return new Sessions(Optional.empty(), at);
    }

    /** A fresh id. */
    public static SessionId id() {
        return SessionId.random(RANDOM);
    }

    /** A user whom no other test knows. */
    public static UserId user() {
        return new UserId("user-" + id());
    }

    /** The state of a fresh ticket. */
    public static TokenState token() {
        return new TokenState(1, 0, hash(), Salt.random(RANDOM), List.of());
    }

    /** The state after a rotation at this instant, with the successor not yet seen. */
    public static TokenState rotated(TokenState before, Instant at) {
        List<TokenState.Step> steps = new ArrayList<>(before.confirmedAt(at).replaced());
        steps.add(new TokenState.Step(at, Optional.empty()));
        int forgotten = Math.max(0, steps.size() - TokenState.REMEMBERED);
        return new TokenState(
                before.kid(), before.generation() + 1, hash(), before.salt(), steps.subList(forgotten, steps.size()));
    }

    /** A sign-in of this user at this instant, proved then, that lets these attributes cross. */
    public static Privilege signIn(UserId user, Instant at, String... survivors) {
        return signIn(user, at, at, PerUserLimit.DEFAULT, survivors);
    }

    /** A sign-in of this user, written at one instant and proved at another, under this limit. */
    public static Privilege signIn(
            UserId user, Instant at, Instant authenticatedAt, PerUserLimit limit, String... survivors) {
        return new Privilege(
                new Principal(user, "signed in", List.of("role:one", "two")),
                authenticatedAt,
                token(),
                at,
                at.plus(ABSOLUTE),
                SessionPolicy.deadline(at, IDLE, at.plus(ABSOLUTE)),
                IDLE,
                Set.copyOf(List.of(survivors)),
                new Device("Phone", "Phone/1.0", "2001:db8::1"),
                limit);
    }

    public Sessions id(SessionId value) {
        id = value;
        return this;
    }

    /** Of a principal that proved themselves at this instant. */
    public Sessions principal(Principal value, Instant provedAt) {
        principal = Optional.of(value);
        authenticatedAt = Optional.of(provedAt);
        return this;
    }

    /** Proved at this instant. */
    public Sessions authenticatedAt(Instant value) {
        authenticatedAt = Optional.of(value);
        return this;
    }

    public Sessions transport(Transport value) {
        transport = value;
        return this;
    }

    public Sessions token(TokenState value) {
        token = value;
        return this;
    }

    public Sessions epoch(int value) {
        epoch = value;
        return this;
    }

    public Sessions revision(long value) {
        revision = value;
        return this;
    }

    public Sessions lastSeenAt(Instant value) {
        lastSeenAt = value;
        return this;
    }

    public Sessions idle(Duration value) {
        idle = value;
        return this;
    }

    public Sessions expiresAt(Instant value) {
        expiresAt = value;
        return this;
    }

    public Sessions device(Device value) {
        device = value;
        return this;
    }

    /** With an attribute that the current revision wrote. */
    public Sessions attribute(String name, String json) {
        attributes.put(name, new StoredAttribute(json, revision));
        return this;
    }

    /** The session. */
    public StoredSession build() {
        return new StoredSession(
                id,
                principal,
                transport,
                token,
                epoch,
                revision,
                createdAt,
                authenticatedAt,
                lastSeenAt,
                idle,
                expiresAt,
                SessionPolicy.deadline(lastSeenAt, idle, expiresAt),
                device,
                attributes,
                Optional.empty());
    }

    private static TokenHash hash() {
        byte[] bytes = new byte[TokenHash.BYTES];
        RANDOM.nextBytes(bytes);
        return TokenHash.ofBytes(bytes);
    }
}
