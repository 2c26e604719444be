package dev.coatcheck.accounts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.coatcheck.Authenticator.Attempt;
import dev.coatcheck.Authenticator.Outcome;
import dev.coatcheck.Password;
import dev.coatcheck.session.UserId;
import dev.coatcheck.store.MemoryCounterStore;
import dev.coatcheck.store.StoreUnavailableException;
import dev.coatcheck.testkit.MutableClock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PasswordAuthenticatorTest {
    private static final String ADDRESS = "192.0.2.1";
    private static final String PASSWORD = "correct horse";

    private final MutableClock clock = MutableClock.at(Instant.parse("2026-11-20T08:30:00Z"));
    private final MemoryUserStore users = new MemoryUserStore();
    private final Recorded hasher = new Recorded(hasherOf(Argon2idHasherTest.CHEAP));
    private final PasswordAuthenticator authenticator =
            new PasswordAuthenticator(users, hasher, new SignInThrottle(), clock);

    private final UserAccount ann = added("Ann", "ann");
    private final UserAccount gone = added("Gone", "gone");
    private final UserAccount locked = added("Locked", "locked");

    PasswordAuthenticatorTest() {
        users.setDisabled(gone.id(), true);
        users.changePassword(locked.id(), PasswordHash.LOCKED);
        hasher.checked.clear();
    }

    @Test
    void theRightPasswordIsThePrincipal() {
        assertThat(attempt("ANN ", PASSWORD)).isEqualTo(new Outcome.Accepted(ann.principal()));
        assertThat(ann.principal().roles()).containsExactly("reader");
    }

    /** The structure behind "in the same time": one comparison each, of the same cost. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "ann",
                "nobody",
                "gone",
                "locked",
                "",
                "no\u0000name",
                "a name that is far longer than sixty-four characters can ever be here"
            })
    void whateverIsWrongOneHashOfTheSameCostIsComputed(String username) {
        assertThat(attempt(username, "wrong")).isEqualTo(new Outcome.Refused());
        assertThat(hasher.checked).containsExactly(Argon2idHasherTest.CHEAP);
    }

    @ParameterizedTest
    @ValueSource(strings = {"gone", "locked", "nobody"})
    void theRightPasswordOfAnAccountThatMayNotBeUsedIsRefusedLikeAWrongOne(String username) {
        assertThat(attempt(username, PASSWORD)).isEqualTo(new Outcome.Refused());
        assertThat(hasher.checked).containsExactly(Argon2idHasherTest.CHEAP);
    }

    @Test
    void anAccountThatIsEnabledAgainCanBeUsedAgain() {
        users.setDisabled(gone.id(), false);
        assertThat(attempt("gone", PASSWORD)).isEqualTo(new Outcome.Accepted(gone.principal()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"ann", "nobody", "gone"})
    void afterFiveWrongOnesEvenTheRightOneWaitsAndNothingIsComputed(String username) {
        for (int i = 0; i < 5; i++) {
            assertThat(attempt(username, "wrong")).isEqualTo(new Outcome.Refused());
        }
        hasher.checked.clear();
        assertThat(attempt(username, PASSWORD)).isEqualTo(new Outcome.Throttled(Duration.ofSeconds(1)));
        assertThat(hasher.checked).isEmpty();
    }

    @Test
    void afterTheWaitTheRightOneIsAcceptedAndTheCountBeginsAnew() {
        for (int i = 0; i < 5; i++) {
            attempt("ann", "wrong");
        }
        clock.advance(Duration.ofSeconds(1));
        assertThat(attempt("ann", PASSWORD)).isInstanceOf(Outcome.Accepted.class);
        for (int i = 0; i < 5; i++) {
            assertThat(attempt("ann", "wrong")).isEqualTo(new Outcome.Refused());
        }
    }

    @Test
    void aHashThatCostLessIsReplacedAtTheNextSignInAndOnlyThen() {
        Argon2Cost dearer = Argon2idHasherTest.CHEAP.withIterations(2);
        PasswordAuthenticator later = new PasswordAuthenticator(users, hasherOf(dearer), new SignInThrottle(), clock);
        later.authenticate(new Attempt("ann", Password.of("wrong"), ADDRESS));
        assertThat(stored(ann)).isEqualTo(ann.passwordHash());
        assertThat(later.authenticate(new Attempt("ann", Password.of(PASSWORD), ADDRESS)))
                .isInstanceOf(Outcome.Accepted.class);
        assertThat(stored(ann).cost()).isEqualTo(dearer);
        PasswordHash replaced = stored(ann);
        assertThat(later.authenticate(new Attempt("ann", Password.of(PASSWORD), ADDRESS)))
                .isInstanceOf(Outcome.Accepted.class);
        assertThat(stored(ann)).isEqualTo(replaced);
    }

    @Test
    void aFreshHashOfTheOldPasswordDoesNotUndoAChangeOfThePassword() {
        PasswordHash chosen = hasher.hash(Password.of("another one"));
        PasswordHasher changesMeanwhile = new Recorded(hasherOf(Argon2idHasherTest.CHEAP.withIterations(2))) {
            @Override
            public PasswordHash hash(Password password) {
                users.changePassword(ann.id(), chosen);
                return super.hash(password);
            }
        };
        new PasswordAuthenticator(users, changesMeanwhile, new SignInThrottle(), clock)
                .authenticate(new Attempt("ann", Password.of(PASSWORD), ADDRESS));
        assertThat(stored(ann)).isEqualTo(chosen);
    }

    @Test
    void whenNobodyCanSayTheTryIsNotCounted() {
        hasher.overloaded = true;
        for (int i = 0; i < 20; i++) {
            assertThatExceptionOfType(StoreUnavailableException.class).isThrownBy(() -> attempt("ann", "wrong"));
        }
        hasher.overloaded = false;
        assertThat(attempt("ann", PASSWORD)).isInstanceOf(Outcome.Accepted.class);
    }

    @Test
    void aHashThatCannotBeReplacedNowDoesNotSpoilTheSignIn() {
        PasswordHasher busy = new Recorded(hasherOf(Argon2idHasherTest.CHEAP.withIterations(2))) {
            @Override
            public PasswordHash hash(Password password) {
                throw StoreUnavailableException.overloaded("hashing");
            }
        };
        assertThat(new PasswordAuthenticator(users, busy, new SignInThrottle(), clock)
                        .authenticate(new Attempt("ann", Password.of(PASSWORD), ADDRESS)))
                .isInstanceOf(Outcome.Accepted.class);
        assertThat(stored(ann)).isEqualTo(ann.passwordHash());
    }

    @Test
    void withoutItsCountersNoPasswordIsTriedAndNobodyIsToldToBeWrong() {
        MemoryCounterStore counters = new MemoryCounterStore();
        PasswordAuthenticator blind =
                new PasswordAuthenticator(users, hasher, new SignInThrottle(ThrottlePolicy.DEFAULT, counters), clock);
        counters.close();
        assertThatExceptionOfType(StoreUnavailableException.class)
                .isThrownBy(() -> blind.authenticate(new Attempt("ann", Password.of(PASSWORD), ADDRESS)));
        assertThat(hasher.checked).isEmpty();
    }

    private Outcome attempt(String username, String password) {
        return authenticator.authenticate(new Attempt(username, Password.of(password), ADDRESS));
    }

    private PasswordHash stored(UserAccount account) {
        return users.find(account.id()).orElseThrow().passwordHash();
    }

    private UserAccount added(String displayName, String username) {
        UserAccount account = new UserAccount(
                new UserId("id-" + username),
                Username.of(username),
                displayName,
                List.of("reader"),
                hasher.hash(Password.of(PASSWORD)),
                false,
                clock.instant());
        assertThat(users.add(account)).isEqualTo(UserStore.Added.STORED);
        return account;
    }

    private static Argon2idHasher hasherOf(Argon2Cost cost) {
        return new Argon2idHasher(HashingPolicy.DEFAULT.withCost(cost));
    }

    /** The real hasher, with a list of what it compared. */
    private static class Recorded implements PasswordHasher {
        private final PasswordHasher hasher;
        private final List<Argon2Cost> checked = new ArrayList<>();
        private boolean overloaded;

        Recorded(PasswordHasher hasher) {
            this.hasher = hasher;
        }

        @Override
        public PasswordHash hash(Password password) {
            return hasher.hash(password);
        }

        @Override
        public boolean fits(Password password, PasswordHash hash) {
            if (overloaded) {
                throw StoreUnavailableException.overloaded("checking");
            }
            checked.add(hash.cost());
            return hasher.fits(password, hash);
        }

        @Override
        public PasswordHash decoy() {
            return hasher.decoy();
        }

        @Override
        public boolean isOutdated(PasswordHash hash) {
            return hasher.isOutdated(hash);
        }
    }
}
