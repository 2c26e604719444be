package dev.coatcheck.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class CuresTest {
    private static final Pattern EMPTY_PLACE =
            Pattern.compile("\\{(app|app-host|api|api-host|site|csrf-header|cookie|method|header|location)\\}");
    private static final Map<String, String> WORDS = Map.of(
            "app",
            "A",
            "app-host",
            "AH",
            "api",
            "P",
            "api-host",
            "PH",
            "site",
            "S",
            "csrf-header",
            "C",
            "cookie",
            "K",
            "method",
            "M",
            "header",
            "H",
            "location",
            "L");

    @ParameterizedTest
    @EnumSource(FindingCode.class)
    void everyFindingHasACureInTheTermsOfHeaders(FindingCode code) {
        assertThat(Cures.hasOwn(code, Stack.UNKNOWN, true)).isTrue();
        assertThat(Cures.hasOwn(code, Stack.UNKNOWN, false)).isTrue();
    }

    @ParameterizedTest
    @EnumSource(FindingCode.class)
    void noCureIsLeftWithAnEmptyPlace(FindingCode code) {
        for (Stack stack : Stack.values()) {
            for (boolean sameSite : new boolean[] {true, false}) {
                Cure cure = Cures.of(code, stack, sameSite, WORDS);
                assertThat(cure.says() + String.join("\n", cure.lines())).doesNotContainPattern(EMPTY_PLACE);
                assertThat(cure.says().isEmpty() && cure.lines().isEmpty())
                        .as("a cure says something")
                        .isFalse();
                assertThat(cure.place().isPresent()).isEqualTo(!cure.lines().isEmpty());
            }
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = Stack.class,
            names = {"LARAVEL", "PHP", "DJANGO", "EXPRESS", "SPRING", "ASPNET", "NGINX", "COATCHECK"})
    void everyStackHasItsOwnWordsForCors(Stack stack) {
        assertThat(Cures.hasOwn(FindingCode.CORS_ALLOW_ORIGIN_MISSING, stack, true))
                .isTrue();
        assertThat(Cures.of(FindingCode.CORS_ALLOW_ORIGIN_MISSING, stack, true, Map.of("app", "https://app.example"))
                        .lines())
                .anyMatch(line -> line.contains("https://app.example"));
    }
}
