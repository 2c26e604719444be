package dev.coatcheck.json;

import static org.assertj.core.api.Assertions.assertThat;

import dev.coatcheck.Password;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** What must hold for any bytes: one outcome, no other exception, and what could be read can be written and read again. */
final class UntrustedJson {
    private static final int LIMIT = 4096;

    private static final JsonValues VALUES = new JsonValues();

    private UntrustedJson() {}

    record Inner(long number, List<String> names) {}

    record Outer(
            String username,
            Password password,
            Optional<Inner> inner,
            Optional<Double> ratio,
            Optional<Instant> when,
            Optional<TimeUnit> unit,
            Optional<Map<String, Object>> free) {}

    static void check(byte[] bytes) {
        JsonBody.read(bytes, LIMIT, Outer.class).fold(outer -> outer.username().length(), refused -> {
            assertThat(refused.detail())
                    .matches("The body .*\\.")
                    .hasSizeLessThan(700)
                    .doesNotContainPattern("\\p{Cntrl}");
            return 0;
        });
        String text = new String(bytes, StandardCharsets.UTF_8);
        readOrRefused(text, Inner.class);
        readOrRefused(text, Object.class);
    }

    private static void readOrRefused(String text, Class<?> type) {
        Object value;
        try {
            value = VALUES.read(text, type);
        } catch (IllegalArgumentException e) {
            assertThat(e).hasMessageStartingWith("the stored value ").hasNoCause();
            return;
        }
        assertThat((Object) VALUES.read(VALUES.write(value), type)).isEqualTo(value);
    }
}
