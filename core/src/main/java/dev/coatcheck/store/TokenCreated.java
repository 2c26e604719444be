package dev.coatcheck.store;

import java.util.function.Function;

/** What became of {@link TokenStore#create}. When more than one refusal applies, a store may answer any of them. */
public sealed interface TokenCreated {
    /** It is stored. */
    record Stored() implements TokenCreated {}

    /** The id is taken, by a living or a dead record: nothing changed. */
    record Taken() implements TokenCreated {}

    /** The user has as many living tokens as allowed: nothing was stored, revoking one makes room. */
    record LimitReached() implements TokenCreated {}

    /** Of the user, as many records are kept as allowed: nothing was stored, and only {@link TokenStore#purge} makes room. */
    record Full() implements TokenCreated {}

    /** One function per case. */
    default <T> T fold(
            Function<Stored, T> stored,
            Function<Taken, T> taken,
            Function<LimitReached, T> limitReached,
            Function<Full, T> full) {
        if (this instanceof Stored s) {
            return stored.apply(s);
        }
        if (this instanceof Taken t) {
            return taken.apply(t);
        }
        if (this instanceof LimitReached l) {
            return limitReached.apply(l);
        }
        return full.apply((Full) this);
    }
}
