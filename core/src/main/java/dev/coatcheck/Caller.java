package dev.coatcheck;

import dev.coatcheck.session.Principal;
import dev.coatcheck.session.Transport;
import dev.coatcheck.store.StoredSession;
import dev.coatcheck.token.SessionToken;
import java.util.Optional;
import java.util.function.Function;

/** Who sent a request. */
public sealed interface Caller {
    /**
     * Nobody that is known.
     *
     * @param why the 401 that a route which needs somebody answers
     * @param overtaken whether the ticket is of a session that a newer ticket opens, or of one that a newer session replaced: an
     *     answer to it must not put anything into the browser, where the newer one may be already
     */
    record Nobody(Problem why, boolean overtaken) implements Caller {
        Nobody(Problem why) {
            this(why, false);
        }
    }

    /**
     * The holder of a living session's ticket.
     *
     * @param session the record as it was found
     * @param token the current ticket
     * @param superseded whether the one that was presented is an older one, in grace: it may read and write attributes, not
     *     rotate, step up, issue or end
     * @param stale whether the store is silent and the record is what this node last knew: good for reading, nothing else
     */
    record Holder(StoredSession session, SessionToken token, boolean superseded, boolean stale) implements Caller {
        Holder(StoredSession session, SessionToken token, boolean superseded) {
            this(session, token, superseded, false);
        }
    }

    /** One function per case. */
    default <T> T fold(Function<Problem, T> nobody, Function<Holder, T> holder) {
        return this instanceof Holder h ? holder.apply(h) : nobody.apply(((Nobody) this).why());
    }

    /** The living session, if any. */
    default Optional<Holder> holder() {
        return fold(problem -> Optional.empty(), Optional::of);
    }

    /** Whether a newer ticket may be in the browser than the one that was presented. */
    default boolean overtaken() {
        return this instanceof Nobody nobody && nobody.overtaken();
    }

    /** Whether the store is silent and this is what the node last knew. */
    default boolean stale() {
        return holder().filter(Holder::stale).isPresent();
    }

    /** Who the session speaks for: empty for nobody and for an anonymous session. */
    default Optional<Principal> principal() {
        return holder().flatMap(holder -> holder.session().principal());
    }

    /** The 401 for whatever needs a person who is signed in. */
    default Problem whyNotSignedIn() {
        return fold(why -> why, anonymous -> Problem.sessionMissing());
    }

    /** Whether a ticket came in a cookie and was honoured. */
    default boolean byCookie() {
        return holder().filter(h -> h.session().transport() == Transport.COOKIE).isPresent();
    }
}
