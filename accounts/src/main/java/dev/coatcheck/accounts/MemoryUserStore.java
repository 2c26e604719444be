package dev.coatcheck.accounts;

import dev.coatcheck.session.UserId;
import dev.coatcheck.store.Page;
import dev.coatcheck.store.PageToken;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** Accounts in memory, gone with the program: for tests and demonstrations. */
public final class MemoryUserStore implements UserStore {
    private final Map<UserId, UserAccount> byId = new LinkedHashMap<>();
    private final Map<Username, UserId> byName = new HashMap<>();

    /** Without accounts. */
    public MemoryUserStore() {}

    @Override
    public synchronized Optional<UserAccount> find(Username username) {
        return Optional.ofNullable(byName.get(username)).flatMap(this::find);
    }

    @Override
    public synchronized Optional<UserAccount> find(UserId id) {
        return Optional.ofNullable(byId.get(id));
    }

    @Override
    public synchronized Added add(UserAccount account) {
        if (byName.containsKey(account.username())) {
            return Added.USERNAME_TAKEN;
        }
        if (byId.containsKey(account.id())) {
            return Added.ID_TAKEN;
        }
        byId.put(account.id(), account);
        byName.put(account.username(), account.id());
        return Added.STORED;
    }

    @Override
    public boolean changePassword(UserId id, PasswordHash hash) {
        return change(id, account -> account.withPasswordHash(hash));
    }

    @Override
    public synchronized boolean replacePassword(UserId id, PasswordHash expected, PasswordHash hash) {
        return find(id).filter(account -> account.passwordHash().equals(expected))
                        .isPresent()
                && changePassword(id, hash);
    }

    @Override
    public boolean setDisabled(UserId id, boolean disabled) {
        return change(id, account -> account.withDisabled(disabled));
    }

    /** A page token is the number of accounts that were listed: none is ever taken away. */
    @Override
    public synchronized Page<UserAccount> list(Optional<PageToken> after, int size) {
        if (size < 1 || size > MAX_PAGE) {
            throw new IllegalArgumentException("a page has 1 to " + MAX_PAGE + " accounts, not " + size);
        }
        int from = after.map(MemoryUserStore::position).orElse(0);
        List<UserAccount> rest =
                byId.values().stream().skip(from).limit(size + 1L).toList();
        return Page.of(rest, size, account -> Optional.of(new PageToken(Integer.toString(from + size))));
    }

    @Override
    public void close() {}

    private synchronized boolean change(UserId id, UnaryOperator<UserAccount> change) {
        return byId.computeIfPresent(id, (same, account) -> change.apply(account)) != null;
    }

    private static int position(PageToken token) {
        try {
            return Integer.parseUnsignedInt(token.value());
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("not a page token of this store", e);
        }
    }
}
