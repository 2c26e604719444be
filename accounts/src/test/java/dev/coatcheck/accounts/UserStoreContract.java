package dev.coatcheck.accounts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.coatcheck.session.UserId;
import dev.coatcheck.store.Page;
import dev.coatcheck.store.PageToken;
import dev.coatcheck.testkit.Race;
import dev.coatcheck.testkit.Rounds;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every {@link UserStore} does. Whoever writes one makes a subclass of a few lines and runs it. */
public abstract class UserStoreContract {
    private static final Argon2Cost CHEAP = new Argon2Cost(8, 1, 1);
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final int RACES = Rounds.of(30, 500);
    private static final int RACERS = 4;

    private UserStore users;

    protected UserStoreContract() {}

    /** An empty store. */
    protected abstract UserStore open() throws Exception;

    @BeforeEach
    final void openOne() throws Exception {
        users = open();
    }

    @AfterEach
    final void closeIt() {
        users.close();
    }

    @Test
    protected void anAccountIsFoundByNameAndById() {
        UserAccount ann = stored("Ann");
        assertThat(users.find(Username.of("ann"))).contains(ann);
        assertThat(users.find(ann.id())).contains(ann);
        assertThat(users.find(Username.of("bob"))).isEmpty();
        assertThat(users.find(new UserId("ann"))).isEmpty();
    }

    @Test
    protected void everyPartOfAnAccountComesBackAsItWent() {
        UserAccount odd = new UserAccount(
                new UserId("!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~" + "x".repeat(90)),
                Username.of("J\u00f6rg '\";-- \ud83d\ude00 Stra\u00dfe"),
                "\u0000x".substring(1) + " \u202e \ud83d\ude00 '\"\\",
                List.of("admin", "a.b:c-d_e", "Z"),
                PasswordHash.LOCKED,
                true,
                Instant.parse("2026-11-20T08:30:00.123Z"));
        assertThat(users.add(odd)).isEqualTo(UserStore.Added.STORED);
        UserAccount read = users.find(odd.id()).orElseThrow();
        assertThat(read).isEqualTo(odd);
        assertThat(read.username().text()).isEqualTo(odd.username().text());
        UserAccount plain = stored("plain");
        assertThat(users.find(plain.id()).orElseThrow().roles()).isEmpty();
    }

    @Test
    protected void aNameInAnotherSpellingIsTaken() {
        UserAccount first = stored("Stra\u00dfe");
        assertThat(users.add(account("STRASSE"))).isEqualTo(UserStore.Added.USERNAME_TAKEN);
        assertThat(users.find(Username.of("strasse"))).contains(first);
        assertThat(listed(10)).containsExactly(first);
    }

    @Test
    protected void anIdIsTakenOnce() {
        UserAccount ann = stored("ann");
        UserAccount other =
                new UserAccount(ann.id(), Username.of("other"), "Other", List.of(), hash(), false, Instant.EPOCH);
        assertThat(users.add(other)).isEqualTo(UserStore.Added.ID_TAKEN);
        assertThat(users.find(ann.id())).contains(ann);
        assertThat(users.find(Username.of("other"))).isEmpty();
    }

    @Test
    protected void aPasswordIsChangedAndNothingElseIs() {
        UserAccount ann = stored("ann");
        UserAccount bob = stored("bob");
        PasswordHash next = hash();
        assertThat(users.changePassword(ann.id(), next)).isTrue();
        assertThat(users.find(ann.id())).contains(ann.withPasswordHash(next));
        assertThat(users.find(bob.id())).contains(bob);
        assertThat(users.changePassword(new UserId("nobody"), next)).isFalse();
        assertThat(users.changePassword(ann.id(), PasswordHash.LOCKED)).isTrue();
        assertThat(users.find(ann.id()).orElseThrow().passwordHash().isLocked()).isTrue();
    }

    @Test
    protected void aPasswordIsReplacedOnlyWhileItIsTheExpectedOne() {
        UserAccount ann = stored("ann");
        PasswordHash chosen = hash();
        PasswordHash fresh = hash();
        assertThat(users.changePassword(ann.id(), chosen)).isTrue();
        assertThat(users.replacePassword(ann.id(), ann.passwordHash(), fresh)).isFalse();
        assertThat(users.find(ann.id()).orElseThrow().passwordHash()).isEqualTo(chosen);
        assertThat(users.replacePassword(ann.id(), chosen, fresh)).isTrue();
        assertThat(users.find(ann.id()).orElseThrow().passwordHash()).isEqualTo(fresh);
        assertThat(users.replacePassword(new UserId("nobody"), chosen, fresh)).isFalse();
    }

    @Test
    protected void anAccountIsDisabledAndEnabledAndStaysFound() {
        UserAccount ann = stored("ann");
        UserAccount bob = stored("bob");
        assertThat(users.setDisabled(ann.id(), true)).isTrue();
        assertThat(users.setDisabled(ann.id(), true)).isTrue();
        assertThat(users.find(ann.username())).contains(ann.withDisabled(true));
        assertThat(users.find(bob.id())).contains(bob);
        assertThat(users.setDisabled(ann.id(), false)).isTrue();
        assertThat(users.find(ann.id())).contains(ann);
        assertThat(users.setDisabled(new UserId("nobody"), true)).isFalse();
    }

    @Test
    protected void aListIsPagedInTheOrderOfAdding() {
        assertThat(listed(3)).isEmpty();
        List<UserAccount> all = new ArrayList<>();
        for (int i = 0; i < 7; i++) {
            all.add(stored("user" + (7 - i)));
        }
        for (int size : List.of(1, 2, 3, 6, 7, 8, UserStore.MAX_PAGE)) {
            assertThat(listed(size)).as("in pages of " + size).containsExactlyElementsOf(all);
        }
        assertThat(users.list(Optional.empty(), 7).next())
                .as("no page after the last")
                .isEmpty();
    }

    @Test
    protected void whatIsAddedWhileAListIsReadComesLastAndNothingComesTwice() {
        List<UserAccount> all = new ArrayList<>(List.of(stored("z"), stored("y"), stored("x")));
        Page<UserAccount> first = users.list(Optional.empty(), 2);
        all.add(stored("a"));
        List<UserAccount> read = new ArrayList<>(first.items());
        read.addAll(users.list(first.next(), 10).items());
        assertThat(read).containsExactlyElementsOf(all);
    }

    @Test
    protected void aPageOfAnotherSizeOrPlaceIsRefused() {
        for (int size : List.of(0, -1, UserStore.MAX_PAGE + 1)) {
            assertThatIllegalArgumentException().isThrownBy(() -> users.list(Optional.empty(), size));
        }
        assertThatIllegalArgumentException().isThrownBy(() -> users.list(Optional.of(new PageToken("x-or-1.0")), 1));
    }

    @Test
    protected void ofAccountsAddedAtOnceUnderOneNameOneIsStored() {
        for (int round = 0; round < RACES; round++) {
            String name = "racer" + round;
            List<UserStore.Added> added = Race.of(RACERS, racer -> () -> users.add(account(name)));
            assertThat(added).containsOnlyOnce(UserStore.Added.STORED);
            assertThat(Collections.frequency(added, UserStore.Added.USERNAME_TAKEN))
                    .isEqualTo(RACERS - 1);
        }
        assertThat(listed(7)).hasSize(RACES).doesNotHaveDuplicates();
    }

    @Test
    protected void ofPasswordsReplacedAtOnceOneIsSet() {
        UserAccount ann = stored("ann");
        PasswordHash before = ann.passwordHash();
        for (int round = 0; round < RACES; round++) {
            PasswordHash expected = before;
            List<Boolean> replaced = Race.of(RACERS, racer -> () -> users.replacePassword(ann.id(), expected, hash()));
            assertThat(replaced).containsOnlyOnce(true);
            before = users.find(ann.id()).orElseThrow().passwordHash();
        }
    }

    private List<UserAccount> listed(int size) {
        List<UserAccount> all = new ArrayList<>();
        Page<UserAccount> page = users.list(Optional.empty(), size);
        all.addAll(page.items());
        while (page.next().isPresent()) {
            assertThat(page.items()).hasSize(size);
            page = users.list(page.next(), size);
            all.addAll(page.items());
        }
        return all;
    }

    private UserAccount stored(String name) {
        UserAccount account = account(name);
        assertThat(users.add(account)).isEqualTo(UserStore.Added.STORED);
        return account;
    }

    private static UserAccount account(String name) {
        return new UserAccount(
                new UserId("id-" + RANDOM.nextLong()),
                Username.of(name),
                "Display " + name,
                List.of(),
                hash(),
                false,
                Instant.parse("2026-11-20T08:30:00Z"));
    }

    private static PasswordHash hash() {
        return PasswordHash.decoy(CHEAP, RANDOM);
    }
}
