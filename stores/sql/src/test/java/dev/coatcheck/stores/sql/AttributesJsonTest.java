package dev.coatcheck.stores.sql;

import static org.assertj.core.api.Assertions.assertThat;

import dev.coatcheck.store.StoredSession.StoredAttribute;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import tools.jackson.core.JacksonException;

/** The column is read in two ways, which must never differ. */
class AttributesJsonTest {
    private static final String SIGNS = "{}[]:,\"\\/ 0123456789-+.eEntrubf\t\n\u0000\u001f\u00e9\ud83d\ude00";

    @Test
    void whatTheDatabasesWriteIsReadWithoutAParser() {
        Map<String, StoredAttribute> attributes = Map.of(
                "note", new StoredAttribute("\"000000001\"", 12),
                "a.b-c", new StoredAttribute("{\"list\":[1,\"\\\\\"]}", 1),
                "n", new StoredAttribute("1", 999_999_999_999_999_999L));
        String compact = AttributesJson.write(attributes);
        String spaced =
                "{\"note\": [12, \"\\\"000000001\\\"\"], \"a.b-c\": [1, \"{\\\"list\\\":[1,\\\"\\\\\\\\\\\"]}\"],"
                        + " \"n\": [999999999999999999, \"1\"]}";
        for (String column : List.of(compact, spaced)) {
            Map<String, StoredAttribute> read = new HashMap<>();
            assertThat(new PlainAttributes(column).readInto(read)).as(column).isTrue();
            assertThat(read).isEqualTo(attributes);
            assertThat(AttributesJson.read(column)).isEqualTo(attributes);
        }
    }

    @Test
    void whatItsOwnWayCantReadIsLeftToTheParser() {
        assertThat(AttributesJson.read("{ \"a\" :\n[ 1 , \"\\u0031\\n\" ]\t}"))
                .isEqualTo(Map.of("a", new StoredAttribute("1\n", 1)));
        assertThat(AttributesJson.read("{\"a\":[1,\"1\"],\"a\":[2,\"2\"]}"))
                .isEqualTo(Map.of("a", new StoredAttribute("2", 2)));
        assertThat(AttributesJson.read(" { } ")).isEmpty();
    }

    @Test
    void bothWaysReadTheSameOfAnyText() {
        Random random = new Random(48);
        int plain = 0;
        for (int i = 0; i < 200_000; i++) {
            String text = damaged(random, column(random));
            Map<String, StoredAttribute> read = new HashMap<>();
            if (new PlainAttributes(text).readInto(read)) {
                plain++;
                assertThat(Optional.of(read)).as(text).isEqualTo(parsed(text));
            }
        }
        assertThat(plain).isBetween(50_000, 190_000);
    }

    private static Optional<Map<String, StoredAttribute>> parsed(String text) {
        try {
            return Optional.of(AttributesJson.parsed(text));
        } catch (JacksonException e) {
            return Optional.empty();
        }
    }

    private static String column(Random random) {
        Map<String, StoredAttribute> attributes = new HashMap<>();
        for (int i = random.nextInt(3); i >= 0; i--) {
            attributes.put(signs(random), new StoredAttribute(signs(random), random.nextInt(1_000)));
        }
        String compact = AttributesJson.write(attributes);
        return random.nextBoolean() ? compact : compact.replace("[", "[ ").replace("]", " ]");
    }

    private static String signs(Random random) {
        StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(4); i > 0; i--) {
            text.append(random.nextInt(3) > 0 ? "\"" : SIGNS.charAt(random.nextInt(SIGNS.length())));
        }
        return text.toString();
    }

    private static String damaged(Random random, String column) {
        StringBuilder text = new StringBuilder(column);
        for (int i = random.nextInt(4) - 1; i > 0; i--) {
            int at = random.nextInt(text.length());
            char sign = SIGNS.charAt(random.nextInt(SIGNS.length()));
            switch (random.nextInt(3)) {
                case 0 -> text.insert(at, sign);
                case 1 -> text.setCharAt(at, sign);
                default -> text.deleteCharAt(at);
            }
        }
        return text.toString();
    }
}
