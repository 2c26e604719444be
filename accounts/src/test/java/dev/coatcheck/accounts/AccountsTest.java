package dev.coatcheck.accounts;

import static org.assertj.core.api.Assertions.assertThat;

import dev.coatcheck.Password;
import dev.coatcheck.testkit.MutableClock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class AccountsTest {
    private static final Password GOOD = Password.of("correct horse");

    private final MutableClock clock = MutableClock.at(Instant.parse("2026-11-20T08:30:00.123Z"));
    private final MemoryUserStore users = new MemoryUserStore();
    private final PasswordHasher hasher = new Argon2idHasher(HashingPolicy.DEFAULT.withCost(Argon2idHasherTest.CHEAP));
    private final Accounts accounts = new Accounts(users, hasher, PasswordPolicy.DEFAULT, clock);

    @Test
    void anAddedAccountIsStoredWithAHashAndARandomId() {
        UserAccount ann = done(accounts.add(" Ann ", "Ann Lee", List.of("admin"), GOOD));
        assertThat(users.find(Username.of("ann"))).contains(ann);
        assertThat(ann.displayName()).isEqualTo("Ann Lee");
        assertThat(ann.roles()).containsExactly("admin");
        assertThat(ann.createdAt()).isEqualTo(clock.instant());
        assertThat(ann.id().value()).matches("[0-9a-f]{32}");
        assertThat(ann.disabled()).isFalse();
        assertThat(hasher.fits(GOOD, ann.passwordHash())).isTrue();
        assertThat(ann.toString()).doesNotContain("argon2").doesNotContain("correct horse");
        assertThat(done(accounts.add("bob", "Bob", List.of(), GOOD)).id()).isNotEqualTo(ann.id());
    }

    @Test
    void whatCannotBeAddedIsRefusedAndNothingIsStored() {
        accounts.add("ann", "Ann", List.of(), GOOD);
        refused(accounts.add("ANN", "Other", List.of(), GOOD), AccountChange.Reason.USERNAME_TAKEN, "\"ANN\"");
        refused(accounts.add("a\u0000", "A", List.of(), GOOD), AccountChange.Reason.USERNAME_UNUSABLE, "1 to 64");
        refused(accounts.add("bob", "", List.of(), GOOD), AccountChange.Reason.PROFILE_UNUSABLE, "name");
        refused(accounts.add("bob", "B", List.of("a b"), GOOD), AccountChange.Reason.PROFILE_UNUSABLE, "roles");
        refused(
                accounts.add("bob", "B", List.of(), Password.of("short")),
                AccountChange.Reason.PASSWORD_WEAK,
                "fewer than 8");
        refused(
                accounts.add("bobbobbob", "B", List.of(), Password.of("bobbobbob")),
                AccountChange.Reason.PASSWORD_WEAK,
                "user name");
        assertThat(accounts.list(Optional.empty(), 10).items()).hasSize(1);
    }

    @Test
    void aChangedPasswordFitsAndTheOldOneDoesNot() {
        accounts.add("ann", "Ann", List.of(), GOOD);
        UserAccount ann = done(accounts.changePassword("Ann", Password.of("another one")));
        assertThat(users.find(ann.id())).contains(ann);
        assertThat(hasher.fits(Password.of("another one"), ann.passwordHash())).isTrue();
        assertThat(hasher.fits(GOOD, ann.passwordHash())).isFalse();
        refused(
                accounts.changePassword("ann", Password.of("aaaaaaaa")),
                AccountChange.Reason.PASSWORD_WEAK,
                "tried first");
        assertThat(users.find(ann.id())).contains(ann);
    }

    @Test
    void anAccountIsDisabledAndEnabled() {
        accounts.add("ann", "Ann", List.of(), GOOD);
        assertThat(done(accounts.disable("ann")).disabled()).isTrue();
        assertThat(done(accounts.disable("ann")).disabled()).isTrue();
        assertThat(accounts.find("ann").orElseThrow().disabled()).isTrue();
        assertThat(done(accounts.enable("ann")).disabled()).isFalse();
        assertThat(accounts.find("ann").orElseThrow().disabled()).isFalse();
    }

    @Test
    void whoIsNotThereIsRefusedByName() {
        for (AccountChange change : List.of(
                accounts.disable("nobody"), accounts.enable("nobody"), accounts.changePassword("nobody", GOOD))) {
            refused(change, AccountChange.Reason.NO_SUCH_USER, "nobody");
        }
        refused(accounts.disable("\u0000"), AccountChange.Reason.USERNAME_UNUSABLE, "user name");
        assertThat(accounts.find("nobody")).isEmpty();
        assertThat(accounts.find("\u0000")).isEmpty();
    }

    private static UserAccount done(AccountChange change) {
        return change.fold(account -> account, refused -> {
            throw new AssertionError(refused.detail());
        });
    }

    private static void refused(AccountChange change, AccountChange.Reason reason, String words) {
        assertThat(change).isInstanceOfSatisfying(AccountChange.Refused.class, refused -> {
            assertThat(refused.reason()).isEqualTo(reason);
            assertThat(refused.detail()).contains(words).endsWith(".");
        });
    }
}
