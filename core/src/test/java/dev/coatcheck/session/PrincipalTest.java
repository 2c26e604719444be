package dev.coatcheck.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Collections;
import java.util.List;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class PrincipalTest {
    private static final Pattern USER_ID = Pattern.compile("[\\x21-\\x7e]{1,128}");
    private static final Pattern NAME = Pattern.compile("[^\\p{Cc}]{1,256}");
    private static final Pattern ROLE = Pattern.compile("[A-Za-z0-9._:-]{1,64}");

    @Test
    void everyCharacterIsTakenOrRefusedAsDocumented() {
        for (char c = 0; c < Character.MAX_VALUE; c++) {
            String text = "a" + c;
            assertTaken(USER_ID, text, UserId::new);
            assertTaken(NAME, text, name -> new Principal(new UserId("u"), name, List.of()));
            assertTaken(ROLE, text, role -> new Principal(new UserId("u"), "n", List.of("member", role)));
        }
    }

    @Test
    void everyLengthIsTakenOrRefusedAsDocumented() {
        for (int length = 0; length < 300; length++) {
            String text = "x".repeat(length);
            assertTaken(USER_ID, text, UserId::new);
            assertTaken(NAME, text, name -> new Principal(new UserId("u"), name, List.of()));
            assertTaken(ROLE, text, role -> new Principal(new UserId("u"), "n", List.of(role)));
        }
    }

    @Test
    void rolesAreSixtyFourAtMost() {
        assertThat(new Principal(new UserId("u"), "n", Collections.nCopies(64, "r")).roles())
                .hasSize(64);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Principal(new UserId("u"), "n", Collections.nCopies(65, "r")));
    }

    private static void assertTaken(Pattern shape, String text, Consumer<String> made) {
        boolean taken;
        try {
            made.accept(text);
            taken = true;
        } catch (IllegalArgumentException e) {
            taken = false;
        }
        assertThat(taken).as(text).isEqualTo(shape.matcher(text).matches());
    }
}
