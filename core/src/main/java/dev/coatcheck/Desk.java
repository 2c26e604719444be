package dev.coatcheck;

import dev.coatcheck.http.TrustedProxies;
import dev.coatcheck.session.AttributeLimits;
import dev.coatcheck.session.Principal;
import dev.coatcheck.session.SessionEvent;
import dev.coatcheck.session.SessionPolicy;
import dev.coatcheck.session.Transport;
import dev.coatcheck.session.ValueCodec;
import dev.coatcheck.store.EndReason;
import dev.coatcheck.store.PerUserLimit;
import dev.coatcheck.store.SessionStore;
import dev.coatcheck.store.StoredSession;
import dev.coatcheck.token.SessionId;
import dev.coatcheck.token.SessionToken;
import dev.coatcheck.token.SessionTokens;
import dev.coatcheck.transport.CookiePolicy;
import dev.coatcheck.transport.Presented;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/** What all exchanges share: the store, the tickets, the policies; and how a ticket is turned into a caller. */
record Desk(
        SessionStore store,
        SessionTokens tokens,
        ValueCodec codec,
        SessionPolicy policy,
        AttributeLimits limits,
        PerUserLimit perUser,
        Set<String> survivors,
        CookiePolicy cookie,
        TrustedProxies proxies,
        InstantSource clock,
        SecureRandom random,
        SessionEvent.Listener events,
        VisitorLimit visitors) {

    Instant now() {
        return Instant.ofEpochMilli(clock.millis());
    }

    void tell(SessionEvent.Kind kind, Optional<StoredSession> session, Instant now, String detail) {
        events.on(new SessionEvent(
                kind,
                session.map(StoredSession::id),
                session.flatMap(StoredSession::principal).map(principal -> principal.id()),
                now,
                detail));
    }

    /** That these ended without being asked for themselves. */
    void tellEnded(Set<SessionId> ended, Principal owner, Instant now, EndReason why) {
        ended.forEach(id -> events.on(new SessionEvent(
                SessionEvent.Kind.SESSION_ENDED, Optional.of(id), Optional.of(owner.id()), now, why.name())));
    }

    /** Whom this node last knew by this very ticket; nobody is refused, and no session ended, for what may have changed since. */
    Optional<Caller> lastKnown(Presented presented, Instant now) {
        return presented.fold(
                Optional::empty,
                header -> header.flatMap(token -> lastKnown(token, Transport.BEARER, now)),
                candidates ->
                        candidates.size() == 1 ? lastKnown(candidates.get(0), Transport.COOKIE, now) : Optional.empty(),
                Optional::empty);
    }

    private Optional<Caller> lastKnown(SessionToken presented, Transport transport, Instant now) {
        return store.lastKnown(presented.id())
                .filter(session -> session.transport() == transport && session.aliveAt(now))
                .filter(session -> judged(presented, session, now)
                        .what()
                        .fold(() -> true, successor -> false, () -> false, () -> false))
                .map(session -> new Caller.Holder(session, presented, false, true));
    }

    /** At most one store read, unless several cookies of our name came along. */
    Caller recognise(Presented presented, Instant now) {
        return presented.fold(
                () -> new Caller.Nobody(Problem.sessionMissing()),
                header -> header.map(token -> recognise(token, Transport.BEARER, now))
                        .orElseGet(() -> new Caller.Nobody(Problem.tokenInvalid())),
                candidates -> recogniseOneOf(candidates, now),
                () -> {
                    tell(SessionEvent.Kind.COOKIE_PLANTED, Optional.empty(), now, "__Host- cookie twice");
                    throw ProblemException.of(Problem.malformed("The session cookie came twice."));
                });
    }

    private Caller recogniseOneOf(List<SessionToken> candidates, Instant now) {
        if (candidates.size() == 1) {
            return recognise(candidates.get(0), Transport.COOKIE, now);
        }
        List<Caller> callers = candidates.stream()
                .map(candidate -> recognise(candidate, Transport.COOKIE, now))
                .toList();
        List<Caller.Holder> living =
                callers.stream().flatMap(caller -> caller.holder().stream()).toList();
        requireOneSession(living, now);
        return living.stream()
                .filter(holder -> !holder.superseded())
                .map(Caller.class::cast)
                .findFirst()
                .or(() -> living.stream().map(Caller.class::cast).findFirst())
                .or(() -> callers.stream().findFirst())
                .orElseGet(() -> new Caller.Nobody(Problem.sessionMissing()));
    }

    private void requireOneSession(List<Caller.Holder> living, Instant now) {
        if (living.stream().map(holder -> holder.session().id()).distinct().count() > 1) {
            tell(
                    SessionEvent.Kind.COOKIE_PLANTED,
                    Optional.of(living.get(0).session()),
                    now,
                    "two living sessions in one request");
            throw ProblemException.of(Problem.malformed("Two session cookies of different living sessions came along."
                    + " Delete the cookies of this site and sign in again."));
        }
    }

    private Caller recognise(SessionToken presented, Transport transport, Instant now) {
        Optional<Judged> judged = store.find(presented.id())
                .map(session -> judged(presented, session, now))
                .flatMap(first -> first.opens(now) ? Optional.of(first) : judgedAgain(presented, first, now));
        if (judged.filter(known -> known.session().transport() == transport).isEmpty()) {
            tell(SessionEvent.Kind.TICKET_FOREIGN, Optional.empty(), now, "no such session");
            return new Caller.Nobody(unknown(transport));
        }
        StoredSession session = judged.get().session();
        return judged.get()
                .what()
                .fold(
                        () -> holder(session, presented, false, now),
                        current -> holder(session, current, true, now),
                        () -> reused(session, now),
                        () -> {
                            tell(SessionEvent.Kind.TICKET_FOREIGN, Optional.of(session), now, "wrong secret");
                            return new Caller.Nobody(unknown(transport), session.aliveAt(now));
                        });
    }

    private Judged judged(SessionToken presented, StoredSession session, Instant now) {
        boolean byCookie = session.transport() == Transport.COOKIE;
        return new Judged(session, tokens.recognise(presented, session.token(), byCookie, now));
    }

    /** Perhaps it was seen as it was before its last write: nobody who holds the newest ticket is sent away for that. */
    @SuppressWarnings("ReferenceEquality") // The very record means that nobody was asked again.
    private Optional<Judged> judgedAgain(SessionToken presented, Judged first, Instant now) {
        return store.reread(first.session())
                .map(session -> session == first.session() ? first : judged(presented, session, now));
    }

    /** A record, and what the presented ticket is to it. */
    private record Judged(StoredSession session, SessionTokens.Recognition what) {
        boolean opens(Instant now) {
            return session.aliveAt(now) && what.fold(() -> true, current -> true, () -> false, () -> false);
        }
    }

    private static Problem unknown(Transport transport) {
        return transport == Transport.BEARER ? Problem.tokenInvalid() : Problem.sessionMissing();
    }

    private static Caller holder(StoredSession session, SessionToken token, boolean superseded, Instant now) {
        return session.aliveAt(now) ? new Caller.Holder(session, token, superseded) : dead(session);
    }

    private static Caller dead(StoredSession session) {
        boolean replaced = session.ending()
                .filter(ending -> ending.why() == EndReason.REPLACED)
                .isPresent();
        return new Caller.Nobody(whyDead(session.ending()), replaced);
    }

    private Caller reused(StoredSession session, Instant now) {
        if (!session.aliveAt(now)) {
            return dead(session);
        }
        if (store.end(session.id(), EndReason.TOKEN_REUSED, now, OptionalInt.of(session.epoch()))) {
            tell(SessionEvent.Kind.TICKET_REUSED, Optional.of(session), now, "a replaced ticket after its grace");
        }
        return new Caller.Nobody(Problem.tokenReused());
    }

    /** The 401 for a genuine ticket of a session that is over. */
    static Problem whyDead(Optional<StoredSession.Ending> ending) {
        return ending.map(StoredSession.Ending::why).map(Problem::sessionEnded).orElseGet(Problem::sessionExpired);
    }

    SessionId freshId() {
        return SessionId.random(random);
    }
}
