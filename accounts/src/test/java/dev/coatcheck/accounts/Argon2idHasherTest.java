package dev.coatcheck.accounts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.coatcheck.Password;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class Argon2idHasherTest {
    static final Argon2Cost CHEAP = new Argon2Cost(64, 1, 1);

    private final Argon2idHasher hasher = new Argon2idHasher(HashingPolicy.DEFAULT.withCost(CHEAP));

    /** From the test program of the reference implementation (github.com/P-H-C/phc-winner-argon2, src/test.c). */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc",
                "$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4",
                "$argon2id$v=19$m=256,t=2,p=2$c29tZXNhbHQ$bQk8UB/VmZZF4Oo79iDXuL5/0ttZwg2f/5U52iv1cDc"
            })
    void theReferenceImplementationsHashesFit(String phc) {
        PasswordHash hash = PasswordHash.parse(phc).orElseThrow();
        assertThat(hasher.fits(Password.of("password"), hash)).isTrue();
        assertThat(hasher.fits(Password.of("passwore"), hash)).isFalse();
    }

    @Test
    void aPasswordFitsItsOwnHashAfterAStoreKeptIt() {
        PasswordHash hash = hasher.hash(Password.of("correct horse"));
        PasswordHash kept = PasswordHash.parse(hash.phc()).orElseThrow();
        assertThat(hasher.fits(Password.of("correct horse"), kept)).isTrue();
        assertThat(hasher.fits(Password.of("correct horse "), kept)).isFalse();
        assertThat(hasher.fits(Password.of(""), kept)).isFalse();
        assertThat(hash.phc()).startsWith("$argon2id$v=19$m=64,t=1,p=1$");
    }

    @Test
    void theSamePasswordHasAnotherHashEachTime() {
        assertThat(hasher.hash(Password.of("same")).phc())
                .isNotEqualTo(hasher.hash(Password.of("same")).phc());
    }

    @Test
    void anotherKeyboardsSpellingFits() {
        PasswordHash hash = hasher.hash(Password.of("Sch\u00f6n \ufb01x"));
        assertThat(hasher.fits(Password.of("Scho\u0308n fix"), hash)).isTrue();
        assertThat(hasher.fits(Password.of("Schon fix"), hash)).isFalse();
    }

    @Test
    void nothingFitsADecoyOrALockedHash() {
        assertThat(hasher.fits(Password.of(""), hasher.decoy())).isFalse();
        assertThat(hasher.decoy().cost()).isEqualTo(CHEAP);
        assertThat(hasher.fits(Password.of(""), PasswordHash.LOCKED)).isFalse();
    }

    @Test
    void aHashIsOutdatedWhenItCostLessAndNeverWhenItCostMore() {
        PasswordHash hash = hasher.hash(Password.of("p"));
        assertThat(hasher.isOutdated(hash)).isFalse();
        assertThat(hasherOf(CHEAP.withMemoryKib(128)).isOutdated(hash)).isTrue();
        assertThat(hasherOf(CHEAP.withIterations(2)).isOutdated(hash)).isTrue();
        assertThat(hasherOf(CHEAP.withMemoryKib(32)).isOutdated(hash)).isFalse();
        assertThat(hasher.isOutdated(PasswordHash.LOCKED)).isFalse();
    }

    @Test
    void thePasswordIsNotWipedHere() {
        Password password = Password.of("stays");
        hasher.hash(password);
        assertThat(password.utf8()).asString().isEqualTo("stays");
    }

    @Test
    void aCostThatNoServerShouldPayIsRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> new Argon2Cost(10 * 1024 * 1024, 1, 1));
        assertThatIllegalArgumentException().isThrownBy(() -> new Argon2Cost(256 * 1024, 17, 1));
        assertThatIllegalArgumentException().isThrownBy(() -> new Argon2Cost(15, 1, 2));
        assertThatIllegalArgumentException().isThrownBy(() -> new Argon2Cost(64, 0, 1));
        assertThatIllegalArgumentException().isThrownBy(() -> new Argon2Cost(64, 1, 0));
        assertThat(new Argon2Cost(256 * 1024, 16, 16).lanes()).isEqualTo(16);
    }

    private static Argon2idHasher hasherOf(Argon2Cost cost) {
        return new Argon2idHasher(HashingPolicy.DEFAULT.withCost(cost));
    }
}
