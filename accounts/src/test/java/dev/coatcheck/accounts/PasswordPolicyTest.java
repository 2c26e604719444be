package dev.coatcheck.accounts;

import static dev.coatcheck.accounts.PasswordPolicy.Objection.LIKE_THE_USERNAME;
import static dev.coatcheck.accounts.PasswordPolicy.Objection.TOO_LONG;
import static dev.coatcheck.accounts.PasswordPolicy.Objection.TOO_SHORT;
import static dev.coatcheck.accounts.PasswordPolicy.Objection.TRIVIAL;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.coatcheck.Password;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class PasswordPolicyTest {
    private static final Username ANN = Username.of("Annabelle");

    @ParameterizedTest
    @ValueSource(
            strings = {
                "correct horse battery staple",
                "aaaaaaab",
                "12345679",
                "annabelle and me",
                "p\u00e4ssw\u00f6rd",
                "\u5bc6\u7801\u5bc6\u7801\u5bc6\u7801\u5bc6\u7801",
                "        x"
            })
    void anythingLongEnoughMayBeChosen(String password) {
        assertThat(objection(password)).isEmpty();
    }

    @Test
    void charactersAreCountedAndNotBytesOrUnits() {
        assertThat(objection("\ud83d\ude00\ud83d\ude01\ud83d\ude02\ud83d\ude03"))
                .contains(TOO_SHORT);
        assertThat(objection("o\u0308".repeat(7)))
                .as("seven characters, composed")
                .contains(TOO_SHORT);
        assertThat(objection("1234567")).contains(TOO_SHORT);
        assertThat(objection("")).contains(TOO_SHORT);
        assertThat(objection("ab".repeat(128))).isEmpty();
        assertThat(objection("ab".repeat(128) + "c")).contains(TOO_LONG);
        assertThat(objection("\ud83d\ude00\ud83d\ude01".repeat(128))).isEmpty();
        assertThat(objection("x".repeat(10_000_000))).contains(TOO_LONG);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"annabelle", "ANNABELLE", "annabelle1", "!annabelle!", "123Annabelle", "annabelleAnnabelle"})
    void theUserNameMayNot(String password) {
        assertThat(objection(password)).contains(LIKE_THE_USERNAME);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "password",
                "PassW0rd",
                "12345678",
                "1234567890",
                "123456789012",
                "abcdefgh",
                "ABCDEFGHI",
                "87654321",
                "aaaaaaaa",
                "........",
                "qwertyuiop",
                "Iloveyou",
                "Contrase\u00f1a",
                "\u5bc6\u5bc6\u5bc6\u5bc6\u5bc6\u5bc6\u5bc6\u5bc6"
            })
    void whatEverybodyTriesFirstMayNot(String password) {
        assertThat(objection(password)).contains(TRIVIAL);
    }

    @ParameterizedTest
    @EnumSource(PasswordPolicy.Objection.class)
    void eachObjectionIsASentence(PasswordPolicy.Objection objection) {
        assertThat(PasswordPolicy.DEFAULT.sentence(objection))
                .startsWith("The password")
                .endsWith(".");
    }

    @Test
    void aPolicyThatIsWeakerThanTheStandardIsRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> PasswordPolicy.DEFAULT.withShortest(7));
        assertThatIllegalArgumentException().isThrownBy(() -> PasswordPolicy.DEFAULT.withLongest(63));
        assertThatIllegalArgumentException().isThrownBy(() -> PasswordPolicy.DEFAULT.withShortest(300));
        assertThat(PasswordPolicy.DEFAULT.withShortest(12).objection(Password.of("elevenchars"), ANN))
                .contains(TOO_SHORT);
    }

    private static Optional<PasswordPolicy.Objection> objection(String password) {
        return PasswordPolicy.DEFAULT.objection(Password.of(password), ANN);
    }
}
