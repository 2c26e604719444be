package dev.coatcheck.accounts;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.SecureRandom;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PasswordHashTest {
    private static final String SALT = "c29tZXNhbHQxMjM0NTY3OA";
    private static final String HASH = "CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc";
    private static final String GOOD = "$argon2id$v=19$m=19456,t=2,p=1$" + SALT + "$" + HASH;

    @Test
    void theTextIsReadAndWrittenAlike() {
        PasswordHash hash = PasswordHash.parse(GOOD).orElseThrow();
        assertThat(hash.phc()).isEqualTo(GOOD);
        assertThat(hash.cost()).isEqualTo(Argon2Cost.DEFAULT);
        assertThat(hash).isEqualTo(PasswordHash.parse(GOOD).orElseThrow());
        assertThat(hash).isNotEqualTo(PasswordHash.decoy(Argon2Cost.DEFAULT, new SecureRandom()));
    }

    @Test
    void itIsNotPrinted() {
        assertThat(PasswordHash.parse(GOOD).orElseThrow()).hasToString("PasswordHash[redacted]");
        assertThat(PasswordHash.LOCKED).hasToString("PasswordHash[locked]");
    }

    @Test
    void aLockedOneIsRememberedAndFitsNothing() {
        assertThat(PasswordHash.parse(PasswordHash.LOCKED.phc())).contains(PasswordHash.LOCKED);
        assertThat(PasswordHash.LOCKED.isLocked()).isTrue();
        assertThat(PasswordHash.LOCKED.is(new byte[0])).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "!!",
                "*",
                "password",
                "$2b$12$R9h/cIPz0gi.URNNX3kh2OPST9/PgBkqquzi.Ss7KIUgO2t0jWMUW",
                "$argon2i$v=19$m=19456,t=2,p=1$" + SALT + "$" + HASH,
                "$argon2id$m=19456,t=2,p=1$" + SALT + "$" + HASH,
                "$argon2id$v=16$m=19456,t=2,p=1$" + SALT + "$" + HASH,
                "$argon2id$v=19$t=2,m=19456,p=1$" + SALT + "$" + HASH,
                "$argon2id$v=19$m=019456,t=2,p=1$" + SALT + "$" + HASH,
                "$argon2id$v=19$m=+19456,t=2,p=1$" + SALT + "$" + HASH,
                "$argon2id$v=19$m=10485760,t=2,p=1$" + SALT + "$" + HASH,
                "$argon2id$v=19$m=262145,t=1,p=1$" + SALT + "$" + HASH,
                "$argon2id$v=19$m=99999999999999999999,t=2,p=1$" + SALT + "$" + HASH,
                "$argon2id$v=19$m=19456,t=1000000,p=1$" + SALT + "$" + HASH,
                "$argon2id$v=19$m=19456,t=0,p=1$" + SALT + "$" + HASH,
                "$argon2id$v=19$m=19456,t=2,p=17$" + SALT + "$" + HASH,
                "$argon2id$v=19$m=7,t=2,p=1$" + SALT + "$" + HASH,
                "$argon2id$v=19$m=19456,t=2,p=1,x=1$" + SALT + "$" + HASH,
                "$argon2id$v=19$m=19456,t=2,p=1$" + SALT + "==$" + HASH,
                "$argon2id$v=19$m=19456,t=2,p=1$" + SALT + "$" + HASH + "=",
                "$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHQxMjM0NTY3OB$" + HASH,
                "$argon2id$v=19$m=19456,t=2,p=1$c2$" + HASH,
                "$argon2id$v=19$m=19456,t=2,p=1$$" + HASH,
                "$argon2id$v=19$m=19456,t=2,p=1$" + SALT + "$c29tZQ",
                "$argon2id$v=19$m=19456,t=2,p=1$" + SALT,
                GOOD + "\n",
                " " + GOOD,
                GOOD + "$"
            })
    void anyOtherTextIsNone(String text) {
        assertThat(PasswordHash.parse(text)).isEmpty();
    }

    @Test
    void damagedTextsAreReadAlikeOrNotAtAll() {
        Random random = new Random(19);
        String signs = "$=,0123456789abcdefmtpvAZ+/!\u00e4\u0000";
        for (int round = 0; round < 20_000; round++) {
            StringBuilder damaged = new StringBuilder(GOOD);
            for (int i = random.nextInt(3); i >= 0; i--) {
                damaged.setCharAt(random.nextInt(damaged.length()), signs.charAt(random.nextInt(signs.length())));
            }
            String text = damaged.toString();
            PasswordHash.parse(text).ifPresent(read -> assertThat(read.phc()).isEqualTo(text));
        }
    }
}
