package dev.coatcheck.transport;

import dev.coatcheck.token.SessionToken;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

/** The one ticket that a request is judged by, chosen before anything is looked up. */
public sealed interface Presented {
    /** No ticket. */
    record Nothing() implements Presented {}

    /** A bearer header, and with it no cookie counts; empty when what it carries is no ticket of ours. */
    record InHeader(Optional<SessionToken> token) implements Presented {}

    /** One or more cookies of our name, the distinct well-formed ones in the browser's order, three at most. */
    record InCookie(List<SessionToken> candidates) implements Presented {
        public InCookie {
            candidates = List.copyOf(candidates);
        }
    }

    /** A {@code __Host-} cookie twice: no browser does that. */
    record Forged() implements Presented {}

    /** One function per case. */
    default <T> T fold(
            Supplier<T> nothing,
            Function<Optional<SessionToken>, T> inHeader,
            Function<List<SessionToken>, T> inCookie,
            Supplier<T> forged) {
        if (this instanceof InHeader header) {
            return inHeader.apply(header.token());
        }
        if (this instanceof InCookie cookie) {
            return inCookie.apply(cookie.candidates());
        }
        return this instanceof Forged ? forged.get() : nothing.get();
    }
}
