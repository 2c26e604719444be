package dev.coatcheck.accounts;

import dev.coatcheck.session.UserId;
import dev.coatcheck.store.Page;
import dev.coatcheck.store.PageToken;
import java.util.Optional;

/**
 * Keeps accounts, and judges no password. Whoever writes one runs {@code UserStoreContract} on it.
 *
 * <p>Methods may be called from any thread. When the store does not answer they throw
 * {@link dev.coatcheck.store.StoreUnavailableException}: whether the write happened is then unknown.
 *
 * <p>No method ends sessions. Who disables an account or changes a password calls
 * {@link dev.coatcheck.store.SessionStore#endAll} afterwards, in this order: a sign-in that read the account before is then
 * refused by the cutoff.
 */
public interface UserStore extends AutoCloseable {
    /** Pages are at most this long. */
    int MAX_PAGE = 1000;

    /** The account of this name, disabled or not. */
    Optional<UserAccount> find(Username username);

    /** The account of this id, disabled or not. */
    Optional<UserAccount> find(UserId id);

    /** Stores a new account, or nothing. Two that are added at the same time under one name: one is stored. */
    Added add(UserAccount account);

    /** Sets the password. @return whether there is such an account */
    boolean changePassword(UserId id, PasswordHash hash);

    /**
     * Sets the password if it still is the expected one: a fresh hash of the same password must not undo a change of the
     * password.
     *
     * @return whether it was set
     */
    boolean replacePassword(UserId id, PasswordHash expected, PasswordHash hash);

    /** Disables or enables an account. @return whether there is such an account */
    boolean setDisabled(UserId id, boolean disabled);

    /**
     * The accounts in the order in which they were added. What is added meanwhile comes last; nothing comes twice.
     *
     * @param size 1 to {@value #MAX_PAGE}
     * @throws IllegalArgumentException when the size is another, or the token was not given by this store
     */
    Page<UserAccount> list(Optional<PageToken> after, int size);

    /** Frees what the store holds. The accounts stay, where they outlive the program at all. */
    @Override
    void close();

    /** What became of {@link #add}. */
    enum Added {
        /** It is stored. */
        STORED,
        /** Another account has this name: nothing changed. */
        USERNAME_TAKEN,
        /** Another account has this id: nothing changed. */
        ID_TAKEN
    }
}
