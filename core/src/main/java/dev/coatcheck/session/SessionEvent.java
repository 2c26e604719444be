package dev.coatcheck.session;

import dev.coatcheck.token.SessionId;
import java.time.Instant;
import java.util.Optional;

/**
 * Something happened to a session that an operator or an audit log wants to know.
 *
 * @param kind what
 * @param session which; empty when none is known to be meant
 * @param user whose
 * @param at when
 * @param detail a reason from a fixed vocabulary; never something that came in
 */
public record SessionEvent(Kind kind, Optional<SessionId> session, Optional<UserId> user, Instant at, String detail) {
    /** What can happen. */
    public enum Kind {
        SIGNED_IN,
        SIGN_IN_REFUSED,
        SIGNED_OUT,
        SESSION_ENDED,
        TICKET_ROTATED,
        /** A rotated-out ticket after its grace: the session was ended. */
        TICKET_REUSED,
        /** A well-formed ticket that no record knows. */
        TICKET_FOREIGN,
        /** Two living tickets, or a {@code __Host-} cookie twice: somebody planted a cookie. */
        COOKIE_PLANTED,
        /** A cookie-borne unsafe request was refused. */
        FORGERY_REFUSED
    }

    /** Who is told. Called on the request's thread: be quick, throw nothing. */
    @FunctionalInterface
    public interface Listener {
        void on(SessionEvent event);
    }
}
