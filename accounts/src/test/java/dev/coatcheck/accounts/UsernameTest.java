package dev.coatcheck.accounts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class UsernameTest {
    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            value = {
                "Ann, ann",
                "ANN@Example.COM, ann@example.com",
                "` ann `, ann",
                "Stra\u00dfe, STRASSE",
                "\uff21\uff2e\uff2e, ann",
                "Jo\u0308rg, j\u00f6rg",
                "\ufb01n, FIN",
                "\u03a3\u0399\u03a3\u03a5\u03a6\u039f\u03a3, \u03c3\u03b9\u03c3\u03c5\u03c6\u03bf\u03c2",
                "Ann\u00a0Lee, ann lee"
            })
    void oneNameHasManySpellings(String one, String other) {
        assertThat(Username.of(one)).isEqualTo(Username.of(other)).hasSameHashCodeAs(Username.of(other));
        assertThat(Username.of(one).key()).isEqualTo(Username.of(other).key());
    }

    @Test
    void namesThatOnlyLookAlikeDiffer() {
        assertThat(Username.of("ann")).isNotEqualTo(Username.of("\u0430nn"));
    }

    @Test
    void theShownFormKeepsItsCase() {
        assertThat(Username.of(" Ann Lee ").text()).isEqualTo("Ann Lee");
        assertThat(Username.of("Ann")).hasToString("Ann");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "a\tb",
                "a\u0000",
                "a\u007f",
                "a\u0085b",
                "a\u200bb",
                "a\u202eb",
                "a\u2066b",
                "\ufeffann",
                "a\u00adb",
                "a\u034fb",
                "\u3164",
                "a\u115f",
                "a\ufe0f",
                "a\ue000",
                "a\uffff",
                "a\ud800",
                "a\u2028b",
                "a  b",
                "a\u00a0 b",
                "a\u180eb",
                "a\udb40\udc41"
            })
    void whatIsInvisibleOrNoTextIsNoName(String typed) {
        assertThat(Username.parse(typed)).isEmpty();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Username.of(typed))
                .withMessageStartingWith("a user name is");
    }

    @Test
    void sixtyFourCharactersFitAndNotOneMore() {
        assertThat(Username.parse("\ud83d\ude00".repeat(64))).isPresent();
        assertThat(Username.parse("a".repeat(65))).isEmpty();
        assertThat(Username.parse("\u00df".repeat(33)))
                .as("compared as 66 letters s")
                .isEmpty();
        assertThat(Username.parse("\ufdfa".repeat(64)))
                .as("one that normalises to 18 each")
                .isEmpty();
        assertThat(Username.parse("a".repeat(1_000_000))).isEmpty();
    }

    /** Stores keep the text and compare the key: both have to be what they were when they are read again. */
    @Test
    void anyNameIsTheSameAfterAStoreReadItAgain() {
        Random random = new Random(64);
        int names = 0;
        for (int round = 0; round < 50_000; round++) {
            int[] points = random.ints(1 + random.nextInt(6), 1, round % 2 == 0 ? 0x600 : 0x2fffff >> 4)
                    .toArray();
            Optional<Username> name = Username.parse(new String(points, 0, points.length));
            if (name.isPresent()) {
                names++;
                assertThat(Username.of(name.get().text())).isEqualTo(name.get());
                assertThat(Username.of(name.get().text()).text())
                        .isEqualTo(name.get().text());
                assertThat(Username.of(name.get().key()).key())
                        .isEqualTo(name.get().key());
            }
        }
        assertThat(names).isGreaterThan(5_000);
    }
}
