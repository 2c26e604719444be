package dev.coatcheck.stores.sql;

import dev.coatcheck.accounts.PasswordHash;
import dev.coatcheck.accounts.UserAccount;
import dev.coatcheck.accounts.UserStore;
import dev.coatcheck.accounts.Username;
import dev.coatcheck.session.UserId;
import dev.coatcheck.store.Page;
import dev.coatcheck.store.PageToken;
import java.lang.System.Logger.Level;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Accounts in a SQL database, one row each.
 *
 * <p>A read is one SELECT by key, a change one conditional UPDATE. A row of a newer format, or one that is damaged, is taken
 * as absent with a warning, and is not written; its name stays taken. A password hash that can't be read is taken as locked.
 *
 * <p>Who disables an account or changes a password ends the user's sessions afterwards with {@link SqlSessionStore#endAll},
 * or in whatever store they are kept.
 */
public final class SqlUserStore extends SqlStore implements UserStore {
    private static final System.Logger LOG = System.getLogger(SqlUserStore.class.getName());

    /** Of a row; a newer release that writes something else there raises it. */
    private static final int FORMAT = 1;

    private static final String SELECT =
            "SELECT seq, id, format, username, display_name, roles, password_hash, disabled,"
                    + " created_at FROM users WHERE ";
    private static final String READABLE = " AND format <= " + FORMAT;

    /** A store in this database, which stays open when the store is closed. */
    public SqlUserStore(SqlDatabase database) {
        super(database);
    }

    @Override
    public Optional<UserAccount> find(Username username) {
        return findBy("username_key = ?", username.key());
    }

    @Override
    public Optional<UserAccount> find(UserId id) {
        return findBy("id = ?", id.value());
    }

    private Optional<UserAccount> findBy(String condition, String value) {
        refuseWhenClosed("find user");
        return database.read("find user", sql -> sql.first(SELECT + condition, SqlUserStore::read, value))
                .flatMap(Row::account);
    }

    @Override
    public Added add(UserAccount account) {
        refuseWhenClosed("add user");
        return database.write("add user", sql -> {
            boolean inserted = database.dialect()
                    .insert(
                            sql,
                            "INSERT INTO users (id, format, username, username_key, display_name, roles, password_hash, disabled,"
                                    + " created_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                            account.id().value(),
                            FORMAT,
                            account.username().text(),
                            account.username().key(),
                            account.displayName(),
                            String.join(" ", account.roles()),
                            account.passwordHash().phc(),
                            account.disabled() ? 1 : 0,
                            account.createdAt().toEpochMilli());
            if (inserted) {
                return Added.STORED;
            }
            boolean nameTaken = sql.first(
                            "SELECT 1 FROM users WHERE username_key = ?",
                            row -> true,
                            account.username().key())
                    .isPresent();
            return nameTaken ? Added.USERNAME_TAKEN : Added.ID_TAKEN;
        });
    }

    @Override
    public boolean changePassword(UserId id, PasswordHash hash) {
        return update("change password", "password_hash = ? WHERE id = ?", hash.phc(), id.value());
    }

    /** One UPDATE: the expected hash is a part of its condition. */
    @Override
    public boolean replacePassword(UserId id, PasswordHash expected, PasswordHash hash) {
        return update(
                "replace password",
                "password_hash = ? WHERE id = ? AND password_hash = ?",
                hash.phc(),
                id.value(),
                expected.phc());
    }

    /** Goes before other writes, like a revocation: mostly it is one. */
    @Override
    public boolean setDisabled(UserId id, boolean disabled) {
        refuseWhenClosed("disable user");
        return database.writeFirst(
                "disable user",
                sql -> sql.update("UPDATE users SET disabled = ? WHERE id = ?" + READABLE, disabled ? 1 : 0, id.value())
                        == 1);
    }

    private boolean update(String operation, String assignment, Object... arguments) {
        refuseWhenClosed(operation);
        return database.write(
                operation, sql -> sql.update("UPDATE users SET " + assignment + READABLE, arguments) == 1);
    }

    /** A page token is the number of the last row that was listed. */
    @Override
    public Page<UserAccount> list(Optional<PageToken> after, int size) {
        refuseWhenClosed("list users");
        if (size < 1 || size > MAX_PAGE) {
            throw new IllegalArgumentException("a page has 1 to " + MAX_PAGE + " accounts, not " + size);
        }
        long from = after.map(SqlUserStore::position).orElse(0L);
        List<Row> rows = database.read(
                "list users",
                sql -> sql.all(SELECT + "seq > ? ORDER BY seq LIMIT ?", SqlUserStore::read, from, size + 1));
        return Page.of(rows, size, row -> Optional.of(new PageToken(Long.toString(row.seq()))))
                .readAs(Row::account);
    }

    private static long position(PageToken token) {
        try {
            return Long.parseUnsignedLong(token.value());
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("not a page token of this store", e);
        }
    }

    /** Its place in lists, and the account unless it can't be read. */
    private record Row(long seq, Optional<UserAccount> account) {}

    private static Row read(ResultSet row) throws SQLException {
        long seq = row.getLong("seq");
        if (row.getInt("format") > FORMAT) {
            LOG.log(
                    Level.WARNING,
                    "an account was written by a newer release and is taken as absent: {0}",
                    row.getString("id"));
            return new Row(seq, Optional.empty());
        }
        try {
            return new Row(seq, Optional.of(decode(row)));
        } catch (IllegalArgumentException | DateTimeException e) {
            // The kind of the exception only: its message could hold a value.
            LOG.log(
                    Level.WARNING,
                    "an account can''t be read and is taken as absent: {0} ({1})",
                    row.getString("id"),
                    e.getClass().getSimpleName());
            return new Row(seq, Optional.empty());
        }
    }

    private static UserAccount decode(ResultSet row) throws SQLException {
        String roles = row.getString("roles");
        return new UserAccount(
                new UserId(row.getString("id")),
                Username.of(row.getString("username")),
                row.getString("display_name"),
                roles.isEmpty() ? List.of() : List.of(roles.split(" ", -1)),
                hash(row),
                row.getInt("disabled") != 0,
                Instant.ofEpochMilli(row.getLong("created_at")));
    }

    private static PasswordHash hash(ResultSet row) throws SQLException {
        Optional<PasswordHash> hash = PasswordHash.parse(row.getString("password_hash"));
        if (hash.isEmpty()) {
            LOG.log(
                    Level.WARNING,
                    "the password hash of an account can''t be read; it is locked until a new password is set: {0}",
                    row.getString("id"));
        }
        return hash.orElse(PasswordHash.LOCKED);
    }
}
