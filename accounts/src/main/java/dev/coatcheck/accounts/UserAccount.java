package dev.coatcheck.accounts;

import dev.coatcheck.session.Principal;
import dev.coatcheck.session.UserId;
import java.time.Instant;
import java.util.List;

/**
 * Somebody who may sign in. Printing it shows no password hash.
 *
 * @param id random, for the life of the account; sessions are kept by it, so a name may change
 * @param username unique among all accounts
 * @param displayName what to call them: as {@link Principal#name} has it
 * @param roles as {@link Principal#roles} has them
 * @param passwordHash or {@link PasswordHash#LOCKED}
 * @param disabled nobody can sign in; sessions that live are ended by whoever disables the account
 * @param createdAt to the millisecond
 */
public record UserAccount(
        UserId id,
        Username username,
        String displayName,
        List<String> roles,
        PasswordHash passwordHash,
        boolean disabled,
        Instant createdAt) {

    /** @throws IllegalArgumentException when no {@link Principal} could have this name or these roles */
    public UserAccount {
        roles = new Principal(id, displayName, roles).roles();
    }

    /** The person that a session of this account speaks for. */
    public Principal principal() {
        return new Principal(id, displayName, roles);
    }

    public UserAccount withPasswordHash(PasswordHash hash) {
        return new UserAccount(id, username, displayName, roles, hash, disabled, createdAt);
    }

    public UserAccount withDisabled(boolean now) {
        return new UserAccount(id, username, displayName, roles, passwordHash, now, createdAt);
    }
}
