package dev.coatcheck.stores.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.coatcheck.accounts.PasswordHash;
import dev.coatcheck.accounts.UserAccount;
import dev.coatcheck.accounts.UserStore;
import dev.coatcheck.accounts.UserStoreContract;
import dev.coatcheck.accounts.Username;
import dev.coatcheck.session.UserId;
import dev.coatcheck.store.PageToken;
import dev.coatcheck.store.StoreUnavailableException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SqliteUserStoreTest extends UserStoreContract {
    @TempDir
    static Path folder;

    private @Nullable SqliteFixture sqlite;

    @Override
    protected UserStore open() throws IOException {
        sqlite = SqliteFixture.in(folder);
        return new SqlUserStore(sqlite.database());
    }

    @AfterEach
    void closeDatabase() {
        sqlite.close();
    }

    @Test
    void accountsSurviveClosingAndOpening() {
        UserAccount ann = added("Ann");
        sqlite.reopened();
        assertThat(store().find(ann.username())).contains(ann);
    }

    @Test
    void aClosedStoreSaysSoAndTheDatabaseStaysOpen() {
        UserAccount ann = added("ann");
        SqlUserStore users = store();
        users.close();
        assertThatExceptionOfType(StoreUnavailableException.class).isThrownBy(() -> users.find(ann.id()));
        assertThat(store().find(ann.id())).contains(ann);
    }

    @Test
    void aDatabaseThatIsGoneIsUnavailableAndNotAnUnknownUser() {
        UserAccount ann = added("ann");
        SqlUserStore users = store();
        sqlite.database().close();
        assertThatExceptionOfType(StoreUnavailableException.class).isThrownBy(() -> users.find(ann.id()));
        assertThatExceptionOfType(StoreUnavailableException.class).isThrownBy(() -> users.setDisabled(ann.id(), true));
    }

    @Test
    void aHashThatCannotBeReadIsLockedUntilAPasswordIsSet() {
        UserAccount ann = added("ann");
        change("UPDATE users SET password_hash = '$2b$12$unknown'");
        assertThat(store().find(ann.id())).contains(ann.withPasswordHash(PasswordHash.LOCKED));
        assertThat(store().changePassword(ann.id(), ann.passwordHash())).isTrue();
        assertThat(store().find(ann.id())).contains(ann);
    }

    @Test
    void aRowOfANewerOrDamagedFormatIsAbsentAndItsNameStaysTaken() {
        UserAccount ann = added("ann");
        UserAccount bob = added("bob");
        for (String damage : List.of("format = 2", "format = 1, roles = 'a  b'", "roles = '', username = ''")) {
            change("UPDATE users SET " + damage + " WHERE id = '" + ann.id() + "'");
            SqlUserStore users = store();
            assertThat(users.find(ann.id())).as(damage).isEmpty();
            assertThat(users.find(ann.username())).as(damage).isEmpty();
            assertThat(users.add(account("other-id", "ANN"))).isEqualTo(UserStore.Added.USERNAME_TAKEN);
            assertThat(users.list(Optional.empty(), 1).items()).isEmpty();
            assertThat(users.list(users.list(Optional.empty(), 1).next(), 1).items())
                    .containsExactly(bob);
        }
        change("UPDATE users SET format = 2");
        assertThat(store().changePassword(bob.id(), PasswordHash.LOCKED)).isFalse();
        assertThat(store().setDisabled(bob.id(), true)).isFalse();
    }

    @Test
    void aPageTokenBeyondTheNumbersIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> store().list(Optional.of(new PageToken("99999999999999999999")), 1));
    }

    private SqlUserStore store() {
        return new SqlUserStore(sqlite.database());
    }

    private UserAccount added(String name) {
        UserAccount account = account("id-" + name, name);
        assertThat(store().add(account)).isEqualTo(UserStore.Added.STORED);
        return account;
    }

    private void change(String statement) {
        sqlite.database().write("change", sql -> sql.update(statement));
    }

    private static UserAccount account(String id, String name) {
        return new UserAccount(
                new UserId(id),
                Username.of(name),
                name,
                List.of("reader"),
                PasswordHash.parse(
                                "$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4")
                        .orElseThrow(),
                false,
                Instant.parse("2026-11-20T08:30:00.123Z"));
    }
}
