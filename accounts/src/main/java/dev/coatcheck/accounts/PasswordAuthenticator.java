package dev.coatcheck.accounts;

import dev.coatcheck.Authenticator;
import dev.coatcheck.store.StoreUnavailableException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.InstantSource;
import java.util.Optional;

/**
 * The built-in {@link Authenticator}: a name and a password against the accounts of a {@link UserStore}, slowed down by a
 * {@link SignInThrottle}.
 *
 * <p>An unknown name, a wrong password, a disabled and a locked account get one answer in the same time: one hash is
 * computed in each case, for want of a stored one against a decoy of the present cost. After the cost was raised, an account
 * whose person has not signed in since still answers in the old time; signing in replaces its hash.
 *
 * <p>When a store does not answer, or too many hashes are being computed, nobody is signed in and a {@link
 * StoreUnavailableException} says so; the try is not counted, unless it was the throttle's counters that fell silent. Without
 * them no password is tried at all.
 */
public final class PasswordAuthenticator implements Authenticator {
    private static final Logger LOG = System.getLogger(PasswordAuthenticator.class.getName());

    private final UserStore users;
    private final PasswordHasher hasher;
    private final SignInThrottle throttle;
    private final InstantSource clock;
    private final PasswordHash decoy;

    /** Checks against these accounts. */
    public PasswordAuthenticator(UserStore users, PasswordHasher hasher, SignInThrottle throttle, InstantSource clock) {
        this.users = users;
        this.hasher = hasher;
        this.throttle = throttle;
        this.clock = clock;
        this.decoy = hasher.decoy();
    }

    @Override
    public Outcome authenticate(Attempt attempt) {
        Optional<Username> name = Username.parse(attempt.username());
        return throttle.begin(name, attempt.clientAddress(), clock.instant())
                .fold(counted -> check(attempt, name, counted), Outcome.Throttled::new);
    }

    private Outcome check(Attempt attempt, Optional<Username> name, SignInThrottle.Try counted) {
        try {
            Optional<UserAccount> account = name.flatMap(users::find).filter(PasswordAuthenticator::mayBeSignedInTo);
            boolean fits = hasher.fits(
                    attempt.password(), account.map(UserAccount::passwordHash).orElse(decoy));
            if (account.isEmpty() || !fits) {
                return new Outcome.Refused();
            }
            counted.succeeded();
            refresh(account.get(), attempt);
            return new Outcome.Accepted(account.get().principal());
        } catch (StoreUnavailableException e) {
            takeBack(counted, e);
            throw e;
        }
    }

    /** If that can't be said either, the try stays counted. */
    private static void takeBack(SignInThrottle.Try counted, StoreUnavailableException because) {
        try {
            counted.takenBack();
        } catch (StoreUnavailableException e) {
            because.addSuppressed(e);
        }
    }

    private static boolean mayBeSignedInTo(UserAccount account) {
        return !account.disabled() && !account.passwordHash().isLocked();
    }

    /** The only moment at which the password is at hand. If it can't be done now, the next sign-in does it. */
    private void refresh(UserAccount account, Attempt attempt) {
        if (!hasher.isOutdated(account.passwordHash())) {
            return;
        }
        try {
            users.replacePassword(account.id(), account.passwordHash(), hasher.hash(attempt.password()));
        } catch (StoreUnavailableException e) {
            LOG.log(Level.INFO, "the password hash of {0} keeps its old cost until the next sign-in", account.id());
        }
    }
}
