package dev.coatcheck;

import static org.assertj.core.api.Assertions.assertThat;

import dev.coatcheck.store.EndReason;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class ProblemTest {
    @Test
    void everyCodeStandsInTheDocsAndTheDocsNameNoOther() throws Exception {
        Set<String> made = new TreeSet<>();
        for (Method factory : Problem.class.getDeclaredMethods()) {
            boolean named = Modifier.isStatic(factory.getModifiers())
                    && Modifier.isPublic(factory.getModifiers())
                    && factory.getReturnType() == Problem.class
                    && !factory.getName().equals("of");
            if (named) {
                made.add(
                        ((Problem) factory.invoke(null, sample(factory))).code().replaceAll("-\\d{3}$", "-nnn"));
            }
        }
        String page = Files.readString(Path.of("..", "docs", "errors.md"), StandardCharsets.UTF_8);
        String ofCore = page.substring(0, page.indexOf("\n## "));
        Set<String> written = Pattern.compile("(?m)^\\| `([a-z-]+)` \\|")
                .matcher(ofCore)
                .results()
                .map(row -> row.group(1))
                .collect(Collectors.toCollection(TreeSet::new));
        assertThat(written).isEqualTo(made);
    }

    private static Object[] sample(Method factory) {
        return Arrays.stream(factory.getParameterTypes())
                .map(type -> type == Duration.class
                        ? Duration.ofMillis(1)
                        : type == EndReason.class
                                ? EndReason.SIGNED_OUT
                                : type == List.class ? List.of("X") : type == int.class ? (Object) 413 : "text")
                .toArray();
    }

    @Test
    void theDocumentIsEscapedAndNeverStored() {
        var answer =
                Problem.malformed("a \"quote\", a <tag>, a \\ and \u00e9\n").toResponse();
        assertThat(new String(answer.body(), StandardCharsets.US_ASCII))
                .contains("a \\u0022quote\\u0022, a \\u003ctag\\u003e, a \\u005c and \\u00e9\\u000a")
                .startsWith("{\"type\":\"urn:coatcheck:problem:request-malformed\"");
        assertThat(answer.header("Content-Type")).contains("application/problem+json");
        assertThat(answer.header("Cache-Control")).contains("private, no-store");
    }

    @Test
    void retryAfterIsRoundedUpToWholeSeconds() {
        assertThat(Problem.loginThrottled(Duration.ZERO).toResponse().header("Retry-After"))
                .contains("1");
        assertThat(Problem.loginThrottled(Duration.ofMillis(1_001)).toResponse().header("Retry-After"))
                .contains("2");
    }

    @Test
    void only401sAskForABearerAndNeverForBasic() {
        assertThat(Problem.sessionMissing().toResponse().header("WWW-Authenticate"))
                .contains("Bearer");
        assertThat(Problem.tokenInvalid().toResponse().header("WWW-Authenticate"))
                .contains("Bearer error=\"invalid_token\"");
        assertThat(Problem.csrfMismatch().toResponse().header("WWW-Authenticate"))
                .isEmpty();
    }
}
