package dev.coatcheck.accounts;

import dev.coatcheck.Password;
import dev.coatcheck.session.Principal;
import dev.coatcheck.session.UserId;
import dev.coatcheck.store.Page;
import dev.coatcheck.store.PageToken;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * What an administrator does with accounts: add, change a password, disable, enable, list. The names come as typed.
 *
 * <p>After {@link #changePassword} and {@link #disable} the caller ends the user's sessions with
 * {@link dev.coatcheck.store.SessionStore#endAll}: accounts know nothing of sessions. Passwords are not wiped here: who read
 * them does that.
 *
 * <p>All methods throw {@link dev.coatcheck.store.StoreUnavailableException} when the store or the hasher does not answer.
 */
public final class Accounts {
    private static final int ID_BYTES = 16;

    private final UserStore users;
    private final PasswordHasher hasher;
    private final PasswordPolicy policy;
    private final InstantSource clock;
    private final SecureRandom random = new SecureRandom();

    /** The accounts of this store. */
    public Accounts(UserStore users, PasswordHasher hasher, PasswordPolicy policy, InstantSource clock) {
        this.users = users;
        this.hasher = hasher;
        this.policy = policy;
        this.clock = clock;
    }

    /** Adds an account under a fresh random id. */
    public AccountChange add(String username, String displayName, List<String> roles, Password password) {
        UserId id = freshId();
        return withName(
                username,
                name -> profileRefusal(id, displayName, roles)
                        .or(() -> passwordRefusal(name, password))
                        .orElseGet(() -> store(new UserAccount(
                                id,
                                name,
                                displayName,
                                roles,
                                hasher.hash(password),
                                false,
                                clock.instant().truncatedTo(ChronoUnit.MILLIS)))));
    }

    /** Sets another password. The old one is not asked for: who may do this is the caller's business. */
    public AccountChange changePassword(String username, Password password) {
        return withAccount(
                username,
                account -> passwordRefusal(account.username(), password)
                        .orElseGet(() -> changePassword(account, hasher.hash(password))));
    }

    /** Lets nobody sign in to this account any more. Doing it twice is no error. */
    public AccountChange disable(String username) {
        return setDisabled(username, true);
    }

    /** Lets its person sign in again. Doing it twice is no error. */
    public AccountChange enable(String username) {
        return setDisabled(username, false);
    }

    /** The account of this name. */
    public Optional<UserAccount> find(String username) {
        return Username.parse(username).flatMap(users::find);
    }

    /** As {@link UserStore#list} has it. */
    public Page<UserAccount> list(Optional<PageToken> after, int size) {
        return users.list(after, size);
    }

    private AccountChange setDisabled(String username, boolean disabled) {
        return withAccount(
                username,
                account -> users.setDisabled(account.id(), disabled)
                        ? new AccountChange.Done(account.withDisabled(disabled))
                        : noSuchUser(account.username()));
    }

    private AccountChange withAccount(String username, Function<UserAccount, AccountChange> change) {
        return withName(username, name -> users.find(name).map(change).orElseGet(() -> noSuchUser(name)));
    }

    private static AccountChange withName(String username, Function<Username, AccountChange> change) {
        return Username.parse(username)
                .map(change)
                .orElseGet(() -> refused(
                        AccountChange.Reason.USERNAME_UNUSABLE, "That is no user name: " + Username.RULE + "."));
    }

    private AccountChange store(UserAccount account) {
        return users.add(account) == UserStore.Added.STORED
                ? new AccountChange.Done(account)
                : refused(
                        AccountChange.Reason.USERNAME_TAKEN, "There is a user \"" + account.username() + "\" already.");
    }

    private AccountChange changePassword(UserAccount account, PasswordHash hash) {
        return users.changePassword(account.id(), hash)
                ? new AccountChange.Done(account.withPasswordHash(hash))
                : noSuchUser(account.username());
    }

    private Optional<AccountChange> passwordRefusal(Username name, Password password) {
        return policy.objection(password, name)
                .map(objection -> refused(AccountChange.Reason.PASSWORD_WEAK, policy.sentence(objection)));
    }

    private static Optional<AccountChange> profileRefusal(UserId id, String displayName, List<String> roles) {
        try {
            new Principal(id, displayName, roles);
            return Optional.empty();
        } catch (IllegalArgumentException e) {
            return Optional.of(
                    refused(AccountChange.Reason.PROFILE_UNUSABLE, "The account is refused: " + e.getMessage() + "."));
        }
    }

    private UserId freshId() {
        byte[] bytes = new byte[ID_BYTES];
        random.nextBytes(bytes);
        return new UserId(HexFormat.of().formatHex(bytes));
    }

    private static AccountChange noSuchUser(Username name) {
        return refused(AccountChange.Reason.NO_SUCH_USER, "There is no user \"" + name + "\".");
    }

    private static AccountChange refused(AccountChange.Reason reason, String detail) {
        return new AccountChange.Refused(reason, detail);
    }
}
