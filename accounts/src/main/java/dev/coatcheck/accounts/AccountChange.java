package dev.coatcheck.accounts;

import java.util.function.Function;

/** What became of a change that {@link Accounts} was asked for. */
public sealed interface AccountChange {
    /** It is done; this is the account now. */
    record Done(UserAccount account) implements AccountChange {}

    /**
     * Nothing was changed.
     *
     * @param reason of which kind
     * @param detail one sentence that says what is wrong; it holds no password
     */
    record Refused(Reason reason, String detail) implements AccountChange {}

    /** Why nothing was changed. */
    enum Reason {
        /** No user can have this name. */
        USERNAME_UNUSABLE,
        /** Another user has this name. */
        USERNAME_TAKEN,
        /** No user has this name. */
        NO_SUCH_USER,
        /** No principal can have this display name or these roles. */
        PROFILE_UNUSABLE,
        /** The {@link PasswordPolicy} objects. */
        PASSWORD_WEAK
    }

    /** One function per case. */
    default <T> T fold(Function<UserAccount, T> done, Function<Refused, T> refused) {
        if (this instanceof Done d) {
            return done.apply(d.account());
        }
        return refused.apply((Refused) this);
    }
}
