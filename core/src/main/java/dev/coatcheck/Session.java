package dev.coatcheck;

import dev.coatcheck.session.AttributeLimits;
import dev.coatcheck.session.Device;
import dev.coatcheck.session.Principal;
import dev.coatcheck.session.SessionEvent;
import dev.coatcheck.session.SessionPolicy;
import dev.coatcheck.session.Transport;
import dev.coatcheck.session.UserId;
import dev.coatcheck.store.AttributeName;
import dev.coatcheck.store.Changed;
import dev.coatcheck.store.Created;
import dev.coatcheck.store.Cutoff;
import dev.coatcheck.store.EndReason;
import dev.coatcheck.store.Guard;
import dev.coatcheck.store.Page;
import dev.coatcheck.store.PageToken;
import dev.coatcheck.store.Revision;
import dev.coatcheck.store.SessionChange;
import dev.coatcheck.store.SessionChange.AttributeChange;
import dev.coatcheck.store.SessionStore;
import dev.coatcheck.store.StoreUnavailableException;
import dev.coatcheck.store.StoredSession;
import dev.coatcheck.store.StoredSession.StoredAttribute;
import dev.coatcheck.token.SessionId;
import dev.coatcheck.token.SessionToken;
import dev.coatcheck.token.SessionTokens;
import dev.coatcheck.token.TokenState;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Function;

/**
 * The session of one request, as an application uses it.
 *
 * <p>{@link #set} and {@link #remove} are remembered and written once, by {@link Exchange#commitHead}, touching only the
 * attributes that changed. {@link #update}, {@link #signIn}, {@link #rotate} and {@link #signOut} are written at once.
 * Nothing is stored for a visitor until there is something to remember. For one thread at a time.
 *
 * <p>While the store is silent, a session may be there to be read alone ({@link Caller.Holder#stale}).
 *
 * <p>Every method may throw {@link StoreUnavailableException}, answered 503, and {@link ProblemException}, answered with its
 * problem: 401 when the session ended or changed hands meanwhile, 409 when an older ticket in grace asks for more than
 * reading and writing attributes.
 */
public final class Session {
    private static final int MOST_TRIES = 10_000;

    private final Desk desk;
    private final Exchange exchange;
    private final Map<String, AttributeChange> pending = new LinkedHashMap<>();
    private Optional<StoredSession> record;
    private Optional<SessionToken> token;
    private final boolean stale;
    private boolean superseded;
    private boolean sendTicket;
    private boolean takeTicketBack;

    Session(Desk desk, Exchange exchange, Caller caller) {
        this.desk = desk;
        this.exchange = exchange;
        this.record = caller.holder().map(Caller.Holder::session);
        this.token = caller.holder().map(Caller.Holder::token);
        this.stale = caller.stale();
        this.superseded = caller.holder().filter(Caller.Holder::superseded).isPresent();
        this.sendTicket = superseded && caller.byCookie();
    }

    /** The public id; empty while nothing is stored. */
    public Optional<SessionId> id() {
        return record.map(StoredSession::id);
    }

    /** The record as this request knows it; empty while nothing is stored. */
    public Optional<StoredSession> stored() {
        return record;
    }

    /** Who it speaks for; empty for a visitor. */
    public Optional<Principal> principal() {
        return record.flatMap(StoredSession::principal);
    }

    /** The value of this attribute. @throws IllegalArgumentException when the stored value does not fit the type */
    public <T> Optional<T> get(String name, Class<T> type) {
        return json(AttributeName.check(name)).map(json -> desk.codec().read(json, type));
    }

    /**
     * Remembers a value: plain data, see {@link dev.coatcheck.session.ValueCodec}.
     *
     * @throws IllegalArgumentException when the name has another shape, the value is no plain data, or the session would
     *     hold more than its limits
     */
    public void set(String name, Object value) {
        AttributeName.check(name);
        String json = desk.codec().write(value);
        checkLimits(name, json);
        remember(name, new AttributeChange.Put(json));
    }

    /** Takes an attribute away. */
    public void remove(String name) {
        AttributeName.check(name);
        if (json(name).isPresent() || record.isPresent()) {
            remember(name, new AttributeChange.Remove());
        }
    }

    /**
     * Reads, changes and writes one attribute in one atomic step, at once: of parallel updates none is lost. The function may
     * run several times and must have no effects.
     *
     * @return the value that was written
     */
    public <T> T update(String name, Class<T> type, Function<Optional<T>, T> change) {
        requireFresh("update of the session");
        AttributeName.check(name);
        for (int tries = 0; tries < MOST_TRIES; tries++) {
            Optional<StoredAttribute> old =
                    record.map(known -> known.attributes().get(name));
            AttributeChange own = pending.get(name);
            Optional<String> before = own == null ? old.map(StoredAttribute::json) : json(name);
            T next = change.apply(before.map(json -> desk.codec().read(json, type)));
            String json = desk.codec().write(next);
            checkLimits(name, json);
            if (record.isEmpty()) {
                pending.put(name, new AttributeChange.Put(json));
                createAnonymous();
                return next;
            }
            long version = old.map(StoredAttribute::version).orElse(0L);
            SessionChange swap = SessionChange.NONE.with(name, new AttributeChange.Swap(json, version));
            if (applied(swap)) {
                pending.remove(name);
                return next;
            }
        }
        throw StoreUnavailableException.overloaded("update of a session attribute");
    }

    /**
     * Signs a person in on the transport and from the device of this request; see the other {@code signIn}. Where cookies are
     * off it is bearer, and the caller hands the ticket out.
     */
    public SignIn signIn(Principal principal) {
        Transport transport = exchange.takesCookies() ? Transport.COOKIE : Transport.BEARER;
        return signIn(principal, transport, exchange.device(""), desk.now());
    }

    /**
     * Signs a person in: the ticket changes, the old one is dead at that instant, and of a visitor's attributes only those
     * declared to survive cross over. A request of the time before can no longer write.
     *
     * @param principal who proved who they are
     * @param transport how the new ticket travels; over bearer nothing is set in the browser
     * @param device for the person's list
     * @param provenAt when the proof began: an end-all after it wins
     */
    public SignIn signIn(Principal principal, Transport transport, Device device, Instant provenAt) {
        exchange.requireOpenHead("sign in");
        if (transport == Transport.COOKIE && !exchange.takesCookies()) {
            throw new IllegalArgumentException(
                    "this request can't be answered with a cookie: sign in on the bearer transport");
        }
        boolean sameRecord = !superseded
                && record.filter(known -> known.transport() == transport)
                        .filter(known -> known.principal()
                                .map(before -> before.id().equals(principal.id()))
                                .orElse(true))
                        .isPresent();
        Optional<SignIn> raised = sameRecord ? raise(principal, device, provenAt) : Optional.empty();
        SignIn outcome = raised.orElseGet(() -> createFor(principal, transport, device, provenAt));
        outcome.fold(
                signedIn -> {
                    desk.tell(SessionEvent.Kind.SIGNED_IN, record, desk.now(), transport.wireName());
                    return true;
                },
                refused -> {
                    desk.tell(SessionEvent.Kind.SIGN_IN_REFUSED, record, desk.now(), refused.code());
                    return false;
                });
        return outcome;
    }

    /**
     * Replaces the ticket by its successor. Whoever still holds the old one gets the new one again for a short grace.
     *
     * @return whether this call rotated; false when a parallel request did, whose ticket is handed out instead
     */
    public boolean rotate() {
        exchange.requireOpenHead("rotate");
        requireCurrentTicket();
        for (int tries = 0; tries < MOST_TRIES && !superseded; tries++) {
            StoredSession known = requireRecord();
            Instant now = desk.now();
            SessionTokens.Issued next = desk.tokens()
                    .successor(token.orElseThrow(), known.token(), now)
                    .orElseThrow(() -> ProblemException.of(Problem.sessionExpired()));
            if (applied(SessionChange.NONE.with(new SessionChange.TokenChange(known.token(), next.state())))) {
                token = Optional.of(next.token());
                sendTicket = known.transport() == Transport.COOKIE;
                desk.tell(SessionEvent.Kind.TICKET_ROTATED, record, now, "asked for");
                return true;
            }
        }
        return false;
    }

    /**
     * Ends the session and takes the cookie back.
     *
     * @return whether this call ended it; false when it was over already
     */
    public boolean signOut() {
        exchange.requireOpenHead("sign out");
        requireCurrentTicket();
        Optional<StoredSession> ending = record;
        Instant now = desk.now();
        boolean ended = ending.filter(
                        known -> store().end(known.id(), EndReason.SIGNED_OUT, now, OptionalInt.of(known.epoch())))
                .isPresent();
        if (!ended && ending.filter(known -> wasRaised(known, now)).isPresent()) {
            throw ProblemException.of(Problem.sessionReplaced());
        }
        takeTicketBack =
                ending.filter(known -> known.transport() == Transport.COOKIE).isPresent();
        forget();
        if (ended) {
            desk.tell(SessionEvent.Kind.SIGNED_OUT, ending, now, "asked for");
        }
        return ended;
    }

    private boolean wasRaised(StoredSession known, Instant now) {
        return store().find(known.id())
                .filter(current -> current.aliveAt(now) && current.epoch() != known.epoch())
                .isPresent();
    }

    /** The living sessions of the same person, this one among them, latest sign-in first. Of a visitor: none. */
    public Page<StoredSession> devices(Optional<PageToken> after, int size) {
        return principal()
                .map(person -> store().list(person.id(), after, size, desk.now()))
                .orElseGet(() -> new Page<>(List.of(), Optional.empty()));
    }

    /**
     * Ends another session of the same person; for this one see {@link #signOut}.
     *
     * @return false when there is no such living session, or it is somebody else's: the two are not told apart
     */
    public boolean endDevice(SessionId device) {
        requireCurrentTicket();
        Instant now = desk.now();
        Optional<StoredSession> theirs = principal()
                .flatMap(person -> store().find(device)
                        .filter(found -> found.principal()
                                .filter(owner -> owner.id().equals(person.id()))
                                .isPresent()));
        boolean ended = theirs.filter(found -> store().end(device, EndReason.REVOKED_BY_USER, now))
                .isPresent();
        if (ended) {
            desk.tell(SessionEvent.Kind.SESSION_ENDED, theirs, now, EndReason.REVOKED_BY_USER.name());
        }
        return ended;
    }

    /** Ends all other sessions of the same person, also those whose sign-in is still on its way. */
    public Set<SessionId> endOtherDevices() {
        requireCurrentTicket();
        StoredSession own = requireRecord();
        Instant now = desk.now();
        UserId person = principal().map(Principal::id).orElseThrow(() -> ProblemException.of(Problem.sessionMissing()));
        Set<SessionId> ended = store().endAll(person, Cutoff.allBut(own.id(), now), EndReason.REVOKED_BY_USER, now);
        desk.tell(SessionEvent.Kind.SESSION_ENDED, record, now, "others");
        return ended;
    }

    /** The ticket that the client is to hold; empty while nothing is stored. */
    Optional<SessionToken> token() {
        return token;
    }

    boolean sendsTicket() {
        return sendTicket;
    }

    boolean takesTicketBack() {
        return takeTicketBack;
    }

    /**
     * One conditional write of everything that is due: changed attributes, touch, the note that a successor was seen.
     *
     * @param activity whether the request counts as activity; asked for only where that makes a difference
     */
    void commit(BooleanSupplier activity) {
        if (stale) {
            return;
        }
        if (record.isEmpty()) {
            storeWhatIsRemembered();
            return;
        }
        Instant now = desk.now();
        StoredSession known = record.get();
        SessionChange due = pending.isEmpty() ? SessionChange.NONE : SessionChange.NONE.withAttributes(pending);
        if (touchDue(known, now) && activity.getAsBoolean()) {
            due = due.with(new SessionChange.Touch(now, SessionPolicy.deadline(now, known.idle(), known.expiresAt())));
        }
        Optional<SessionTokens.Issued> rotation = rotationDue(known, now) && activity.getAsBoolean()
                ? desk.tokens().successor(token.orElseThrow(), known.token(), now)
                : Optional.empty();
        SessionChange withToken = due;
        if (rotation.isPresent()) {
            withToken = due.with(
                    new SessionChange.TokenChange(known.token(), rotation.get().state()));
        } else if (confirmationDue(known)) {
            withToken = due.with(
                    new SessionChange.TokenChange(known.token(), known.token().confirmedAt(now)));
        }
        if (withToken.isEmpty()) {
            return;
        }
        if (!applied(withToken)) {
            if (!due.isEmpty() && !applied(due)) {
                throw new IllegalStateException("a change without swap and token can't conflict");
            }
        } else if (rotation.isPresent()) {
            token = Optional.of(rotation.get().token());
            sendTicket = true;
            desk.tell(SessionEvent.Kind.TICKET_ROTATED, record, now, "due");
        }
        pending.clear();
    }

    /** Begins a visitor's session if there is something to remember. */
    void storeWhatIsRemembered() {
        if (record.isEmpty() && !pendingPuts().isEmpty()) {
            createAnonymous();
        }
    }

    /** Whether something was changed and is not written yet. */
    boolean hasPending() {
        return !pending.isEmpty();
    }

    private boolean touchDue(StoredSession known, Instant now) {
        return !now.isBefore(known.lastSeenAt().plus(desk.policy().touchEvery()));
    }

    private boolean confirmationDue(StoredSession known) {
        return !superseded && !sendTicket && !known.token().confirmed();
    }

    private boolean rotationDue(StoredSession known, Instant now) {
        return !superseded
                && !sendTicket
                && known.transport() == Transport.COOKIE
                && desk.tokens()
                        .rotationDue(known.token(), known.authenticatedAt().orElse(known.createdAt()), now);
    }

    private void remember(String name, AttributeChange change) {
        exchange.requireRunning("change the session");
        requireFresh("change of the session");
        pending.put(name, change);
    }

    private Optional<String> json(String name) {
        AttributeChange own = pending.get(name);
        if (own instanceof AttributeChange.Put put) {
            return Optional.of(put.json());
        }
        return own != null
                ? Optional.empty()
                : record.map(known -> known.attributes().get(name)).map(StoredAttribute::json);
    }

    private void checkLimits(String name, String json) {
        AttributeLimits limits = desk.limits();
        int bytes = bytes(json);
        if (bytes > limits.valueBytes()) {
            throw new IllegalArgumentException("the session attribute " + name + " would have " + bytes
                    + " bytes, more than " + limits.valueBytes()
                    + ": keep large things in your database and their key in the session");
        }
        int attributes = 1;
        int total = name.length() + bytes;
        for (var stored : record.map(StoredSession::attributes).orElse(Map.of()).entrySet()) {
            if (!stored.getKey().equals(name) && !pending.containsKey(stored.getKey())) {
                attributes++;
                total += stored.getKey().length() + bytes(stored.getValue().json());
            }
        }
        for (var change : pending.entrySet()) {
            if (!change.getKey().equals(name) && change.getValue() instanceof AttributeChange.Put put) {
                attributes++;
                total += change.getKey().length() + bytes(put.json());
            }
        }
        if (attributes > limits.attributes() || total > limits.totalBytes()) {
            throw new IllegalArgumentException(
                    "the session would hold more than " + limits.attributes() + " attributes or " + limits.totalBytes()
                            + " bytes: keep large things in your database and their key in the session");
        }
    }

    private static int bytes(String json) {
        return json.getBytes(StandardCharsets.UTF_8).length;
    }

    /** Applies at once; false for a conflict, after which the record is known afresh. */
    private boolean applied(SessionChange change) {
        StoredSession known = requireRecord();
        return store().apply(known.id(), new Guard(desk.now(), known.epoch()), change)
                .fold(
                        applied -> {
                            record = Optional.of(Revision.of(known, change, applied.revision()));
                            return true;
                        },
                        conflict -> {
                            record = Optional.of(conflict.current());
                            followRotation(conflict.current());
                            return false;
                        },
                        dead -> {
                            throw ProblemException.of(Desk.whyDead(dead.ending()));
                        },
                        replaced -> {
                            throw ProblemException.of(Problem.sessionReplaced());
                        },
                        limit -> {
                            throw new IllegalStateException("only a sign-in meets the limit");
                        },
                        cutOff -> {
                            throw new IllegalStateException("only a sign-in meets the cutoff");
                        });
    }

    /** After a lost race the ticket in hand may be an older one: then its successor is handed out, and no more is asked of it. */
    private void followRotation(StoredSession current) {
        SessionToken held = token.orElseThrow();
        desk.tokens()
                .recognise(held, current.token(), current.transport() == Transport.COOKIE, desk.now())
                .fold(
                        () -> held,
                        successor -> {
                            token = Optional.of(successor);
                            superseded = true;
                            sendTicket = current.transport() == Transport.COOKIE;
                            return successor;
                        },
                        () -> {
                            throw ProblemException.of(Problem.sessionReplaced());
                        },
                        () -> {
                            throw ProblemException.of(Problem.sessionReplaced());
                        });
    }

    private Optional<SignIn> raise(Principal principal, Device device, Instant provenAt) {
        StoredSession known = requireRecord();
        Instant now = desk.now();
        SessionTokens.Issued issued = desk.tokens().first(known.id());
        Instant expiresAt = now.plus(desk.policy().absolute());
        SessionChange.Privilege privilege = new SessionChange.Privilege(
                principal,
                provenAt,
                issued.state(),
                now,
                expiresAt,
                SessionPolicy.deadline(now, desk.policy().idle(), expiresAt),
                desk.policy().idle(),
                desk.survivors(),
                device,
                desk.perUser());
        SessionChange change = SessionChange.NONE.withAttributes(pending).with(privilege);
        Changed changed = store().apply(known.id(), new Guard(now, known.epoch()), change);
        return changed.fold(
                applied -> {
                    desk.tellEnded(applied.ended(), principal, now, EndReason.LIMIT);
                    return Optional.of(entered(Revision.of(known, change, applied.revision()), issued));
                },
                conflict -> Optional.empty(),
                dead -> Optional.empty(),
                replaced -> Optional.empty(),
                limit -> Optional.of(new SignIn.LimitReached()),
                cutOff -> Optional.of(new SignIn.CutOff()));
    }

    private SignIn createFor(Principal principal, Transport transport, Device device, Instant provenAt) {
        Optional<StoredSession> before = record.filter(known -> known.transport() == transport);
        Map<String, StoredAttribute> carried = new HashMap<>();
        boolean mayCarry = before.flatMap(StoredSession::principal)
                .map(other -> other.id().equals(principal.id()))
                .orElse(true);
        if (mayCarry) {
            desk.survivors()
                    .forEach(name -> before.map(known -> known.attributes().get(name))
                            .ifPresent(value -> carried.put(name, new StoredAttribute(value.json(), 1))));
        }
        carried.putAll(pendingPuts());
        for (int tries = 0; tries < 3; tries++) {
            SessionTokens.Issued issued = desk.tokens().first(desk.freshId());
            StoredSession fresh = fresh(
                    issued.token().id(),
                    Optional.of(principal),
                    transport,
                    issued.state(),
                    Optional.of(provenAt),
                    desk.now(),
                    device,
                    carried);
            Created created = store().create(fresh, desk.perUser());
            Optional<SignIn> outcome = created.fold(
                    stored -> {
                        endReplaced(before);
                        desk.tellEnded(stored.ended(), principal, desk.now(), EndReason.LIMIT);
                        return Optional.of(entered(fresh, issued));
                    },
                    taken -> Optional.empty(),
                    limit -> Optional.of(new SignIn.LimitReached()),
                    cutOff -> Optional.of(new SignIn.CutOff()));
            if (outcome.isPresent()) {
                return outcome.get();
            }
        }
        throw new IllegalStateException("three random ids were taken: the random source is broken");
    }

    private void endReplaced(Optional<StoredSession> before) {
        before.filter(known -> known.transport() == Transport.COOKIE)
                .ifPresent(known ->
                        store().end(known.id(), EndReason.REPLACED, desk.now(), OptionalInt.of(known.epoch())));
    }

    private SignIn entered(StoredSession now, SessionTokens.Issued issued) {
        record = Optional.of(now);
        token = Optional.of(issued.token());
        superseded = false;
        takeTicketBack = false;
        sendTicket = now.transport() == Transport.COOKIE;
        pending.clear();
        return new SignIn.SignedIn(now, issued.token());
    }

    private void createAnonymous() {
        if (!exchange.takesCookies()) {
            throw ProblemException.of(Problem.sessionMissing());
        }
        exchange.requireNotOvertaken();
        exchange.requireOpenHead("begin a session");
        desk.visitors().begin(exchange.request(), desk.proxies(), desk.now()).ifPresent(wait -> {
            throw ProblemException.of(Problem.visitorsLimitReached(wait));
        });
        SessionTokens.Issued issued = desk.tokens().first(desk.freshId());
        StoredSession fresh = fresh(
                issued.token().id(),
                Optional.empty(),
                Transport.COOKIE,
                issued.state(),
                Optional.empty(),
                desk.now(),
                exchange.device(""),
                pendingPuts());
        store().create(fresh, desk.perUser())
                .fold(
                        stored -> entered(fresh, issued),
                        taken -> {
                            throw new IllegalStateException("a random id was taken: the random source is broken");
                        },
                        limit -> {
                            throw new IllegalStateException("an anonymous session meets no limit");
                        },
                        cutOff -> {
                            throw new IllegalStateException("an anonymous session meets no cutoff");
                        });
    }

    private Map<String, StoredAttribute> pendingPuts() {
        Map<String, StoredAttribute> puts = new HashMap<>();
        pending.forEach((name, change) -> {
            if (change instanceof AttributeChange.Put put) {
                puts.put(name, new StoredAttribute(put.json(), 1));
            }
        });
        return puts;
    }

    private StoredSession fresh(
            SessionId id,
            Optional<Principal> principal,
            Transport transport,
            TokenState state,
            Optional<Instant> provenAt,
            Instant now,
            Device device,
            Map<String, StoredAttribute> attributes) {
        SessionPolicy policy = desk.policy();
        var idle = principal.isPresent() ? policy.idle() : policy.anonymousIdle();
        Instant expiresAt = now.plus(policy.absolute());
        return new StoredSession(
                id,
                principal,
                transport,
                state,
                0,
                1,
                now,
                provenAt,
                now,
                idle,
                expiresAt,
                SessionPolicy.deadline(now, idle, expiresAt),
                device,
                attributes,
                Optional.empty());
    }

    private void forget() {
        record = Optional.empty();
        token = Optional.empty();
        superseded = false;
        sendTicket = false;
        pending.clear();
    }

    private void requireCurrentTicket() {
        if (superseded) {
            throw ProblemException.of(Problem.ticketSuperseded());
        }
    }

    /** What this node last knew before the store fell silent is there to be read, and nothing is built on it. */
    void requireFresh(String operation) {
        if (stale) {
            throw StoreUnavailableException.silent(operation);
        }
    }

    private SessionStore store() {
        requireFresh("call for a session that may be out of date");
        return desk.store();
    }

    private StoredSession requireRecord() {
        return record.orElseThrow(() -> ProblemException.of(Problem.sessionMissing()));
    }

    @Override
    public String toString() {
        return "Session[" + record.map(known -> known.id().toString()).orElse("nothing stored") + "]";
    }
}
