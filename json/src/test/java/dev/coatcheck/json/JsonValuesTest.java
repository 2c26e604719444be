package dev.coatcheck.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.coatcheck.Password;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.OffsetTime;
import java.time.Period;
import java.time.Year;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class JsonValuesTest {
    private final JsonValues values = new JsonValues();

    record Item(String name, long cents, Optional<String> note) {}

    record Cart(
            List<Item> items, Map<String, Integer> counts, Instant since, TimeUnit unit, boolean open, Object extra) {}

    record Tree(int label, List<Tree> branches) {}

    record Twice(List<Object> left, List<Object> right) {}

    record Times(
            Instant instant,
            Duration duration,
            Period period,
            LocalDate date,
            LocalTime time,
            LocalDateTime dateTime,
            OffsetTime offsetTime,
            OffsetDateTime offset,
            ZonedDateTime zoned) {}

    record Numbers(byte b, short s, int i, long l, float f, double d, BigInteger big, BigDecimal decimal) {}

    record Positive(int value) {
        Positive {
            if (value <= 0) {
                throw new IllegalStateException("the secret value " + value);
            }
        }
    }

    record WithSet(Set<String> names) {}

    record WithPassword(Password password) {}

    record Generic<A>(A value) {}

    @Test
    void aTextIsWrittenAloneAsItIsWrittenWithinAValue() {
        for (int c = 0; c <= Character.MAX_VALUE; c++) {
            if (!Character.isSurrogate((char) c)) {
                String text = "a" + (char) c + "z";
                assertThat("[" + values.write(text) + "]").isEqualTo(values.write(List.of(text)));
            }
        }
        assertThat(values.write("")).isEqualTo("\"\"");
    }

    @Test
    void aTextAloneIsBoundedWithItsQuotationMarks() {
        JsonValues short5 = new JsonValues(5);
        assertThat(short5.write("abc")).isEqualTo("\"abc\"");
        assertThatIllegalArgumentException().isThrownBy(() -> short5.write("abcd"));
    }

    @Test
    void whatIsWrittenIsReadAgain() {
        Cart cart = new Cart(
                List.of(
                        new Item("Zwiebel \"<&>\" \u2028 \ud83e\uddc5", Long.MAX_VALUE, Optional.empty()),
                        new Item("", -1, Optional.of("n"))),
                Map.of("b", 2, "a", 1),
                Instant.parse("2026-11-20T08:30:00.123456789Z"),
                TimeUnit.DAYS,
                true,
                Map.of("deep", List.of(1L, 2.5, "x", false)));
        assertThat(values.read(values.write(cart), Cart.class)).isEqualTo(cart);
        Tree tree = new Tree(1, List.of(new Tree(2, List.of()), new Tree(3, List.of(new Tree(4, List.of())))));
        assertThat(values.read(values.write(tree), Tree.class)).isEqualTo(tree);
    }

    @Test
    void timesKeepTheirExtremes() {
        Times far = new Times(
                Instant.MAX,
                Duration.ofSeconds(Long.MIN_VALUE, 1),
                Period.of(-1, 30, 400),
                LocalDate.MAX,
                LocalTime.MAX,
                LocalDateTime.MIN,
                OffsetTime.MIN,
                OffsetDateTime.MAX,
                ZonedDateTime.parse("2026-10-25T02:30:00+02:00[Europe/Berlin]"));
        assertThat(values.read(values.write(far), Times.class)).isEqualTo(far);
    }

    @Test
    void numbersKeepTheirExtremes() {
        Numbers extreme = new Numbers(
                Byte.MIN_VALUE,
                Short.MAX_VALUE,
                Integer.MIN_VALUE,
                Long.MIN_VALUE,
                Float.MIN_VALUE,
                -0.0,
                BigInteger.ONE.shiftLeft(2999),
                new BigDecimal("1.50E+1000000"));
        assertThat(values.read(values.write(extreme), Numbers.class)).isEqualTo(extreme);
    }

    @Test
    void longStaysLongWithoutATypeToGoBy() {
        assertThat(values.read(values.write(5L), Object.class)).isEqualTo(5L);
        assertThat((Object) values.read("{\"n\":7}", Map.class)).isEqualTo(Map.of("n", 7L));
        assertThat((Object) values.read("[9223372036854775808]", List.class))
                .isEqualTo(List.of(BigInteger.ONE.shiftLeft(63)));
        assertThat(values.read("1.5", Object.class)).isEqualTo(1.5);
        assertThat(values.read("5", int.class)).isEqualTo(5);
        assertThat(values.read("5", Long.class)).isEqualTo(5L);
    }

    @Test
    void theSameValueIsTheSameText() {
        Map<String, Object> hashed = new HashMap<>();
        for (int i = 99; i >= 0; i--) {
            hashed.put("k" + i, i);
        }
        assertThat(values.write(hashed)).isEqualTo(values.write(new TreeMap<>(hashed)));
        Map<String, Object> ordered = new LinkedHashMap<>();
        ordered.put("z", 1);
        ordered.put("a", Optional.of(2));
        ordered.put("m", Optional.empty());
        assertThat(values.write(ordered)).isEqualTo("{\"z\":1,\"a\":2}");
        assertThat(values.write(new Item("n", 3, Optional.empty()))).isEqualTo("{\"name\":\"n\",\"cents\":3}");
        assertThat(values.write(DayOfWeek.MONDAY)).isEqualTo("\"MONDAY\"");
    }

    @ParameterizedTest
    @MethodSource
    void whatIsNotPlainDataIsRefusedByName(Object value, String named) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> values.write(value))
                .withMessageContaining(named);
    }

    static Stream<Object[]> whatIsNotPlainDataIsRefusedByName() {
        List<Object> withNull = new ArrayList<>();
        withNull.add(null);
        Map<String, Object> nullMember = new HashMap<>();
        nullMember.put("a", null);
        return Stream.of(
                new Object[] {UUID.randomUUID(), "java.util.UUID"},
                new Object[] {Set.of(1), "Set"},
                new Object[] {new int[] {1}, "[I"},
                new Object[] {new AtomicInteger(1), "AtomicInteger"},
                new Object[] {Password.of("p"), "dev.coatcheck.Password"},
                new Object[] {new WithPassword(Password.of("p")), "dev.coatcheck.Password"},
                new Object[] {Map.of("a", new Thread()), "java.lang.Thread"},
                new Object[] {Map.of(1, 2), "java.lang.Integer"},
                new Object[] {Optional.of(1), "java.util.Optional"},
                new Object[] {List.of(Optional.of(1)), "java.util.Optional"},
                new Object[] {withNull, "null"},
                new Object[] {nullMember, "null"},
                new Object[] {Year.of(1), "java.time.Year"},
                new Object[] {Double.NaN, "NaN"},
                new Object[] {Float.POSITIVE_INFINITY, "infinite"},
                new Object[] {"\ud800", "surrogate"},
                new Object[] {Map.of("\udc00x", 1), "surrogate"},
                new Object[] {BigInteger.ONE.shiftLeft(4000), "bits"},
                new Object[] {'c', "java.lang.Character"});
    }

    @Test
    void onlyPlainTypesAreReadAndTheTypeIsJudgedBeforeTheText() {
        for (Class<?> type : List.of(
                UUID.class,
                Thread.class,
                ArrayList.class,
                Set.class,
                Optional.class,
                String[].class,
                Number.class,
                Record.class,
                CharSequence.class,
                Password.class,
                WithSet.class,
                WithPassword.class,
                Generic.class)) {
            assertThatIllegalArgumentException()
                    .as(type.getName())
                    .isThrownBy(() -> values.read("{}", type))
                    .withMessageContaining("JSON is not read as");
        }
    }

    @Test
    void noTextNamesAClass() {
        Object read = values.read("{\"@class\":\"java.lang.Thread\",\"@type\":\"x\"}", Object.class);
        assertThat(read).isEqualTo(Map.of("@class", "java.lang.Thread", "@type", "x"));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> values.read("[\"java.util.ArrayList\",[1]]", Item.class))
                .withMessageContaining("is a list where an object is expected");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "nul",
                "{",
                "[1",
                "[1,]",
                "{\"a\":1,}",
                "{'a':1}",
                "{a:1}",
                "01",
                "+1",
                ".5",
                "1.",
                "NaN",
                "Infinity",
                "1 2",
                "{} {}",
                "{}x",
                "// c\n1",
                "\"\t\"",
                "\"a",
                "\"\\x\"",
                "\"\\ud800\"",
                "[\"\\udc00\"]",
                "{\"\\ud83d\":1}",
                "{\"a\":1,\"a\":2}",
                "{\"a\":{\"b\":1,\"\\u0062\":2}}",
                "[null]",
                "null",
                "{\"a\":null}",
                "1e400",
                "\uFEFF1"
            })
    void textThatIsNotStrictJsonIsRefused(String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> values.read(text, Object.class))
                .withMessageContaining("can't be read as java.lang.Object");
    }

    @Test
    void nothingIsConverted() {
        for (String text : List.of("\"5\"", "5.0", "true", "2147483648", "null", "[]", "5e0")) {
            assertThatIllegalArgumentException().as(text).isThrownBy(() -> values.read(text, int.class));
        }
        for (String text : List.of("5", "false", "{}")) {
            assertThatIllegalArgumentException().as(text).isThrownBy(() -> values.read(text, String.class));
        }
        assertThatIllegalArgumentException().isThrownBy(() -> values.read("0", boolean.class));
        assertThatIllegalArgumentException().isThrownBy(() -> values.read("0", TimeUnit.class));
        assertThatIllegalArgumentException().isThrownBy(() -> values.read("\"days\"", TimeUnit.class));
        assertThatIllegalArgumentException().isThrownBy(() -> values.read("\"soon\"", Instant.class));
        assertThatIllegalArgumentException().isThrownBy(() -> values.read("1e99999999999", BigDecimal.class));
    }

    @Test
    void aRecordThatLostAComponentReadsItsOldTextAndANewOptionalOneIsEmpty() {
        Item read = values.read("{\"name\":\"n\",\"cents\":1,\"gone\":{\"x\":[1]}}", Item.class);
        assertThat(read).isEqualTo(new Item("n", 1, Optional.empty()));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> values.read("{\"name\":\"n\"}", Item.class))
                .withMessageContaining("lacks the member \"cents\"");
    }

    @Test
    void aRecordThatRefusesItsValuesIsAnIllegalArgumentWithoutThem() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> values.read("{\"value\":-4711}", Positive.class))
                .withMessageNotContaining("4711")
                .withNoCause();
    }

    @Test
    void depthIsBoundedOnBothSides() {
        Object nested = 1;
        for (int i = 0; i < JsonTree.MAX_DEPTH; i++) {
            nested = List.of(nested);
        }
        Object deepest = nested;
        assertThat(values.read(values.write(deepest), Object.class)).isNotNull();
        assertThatIllegalArgumentException().isThrownBy(() -> values.write(List.of(deepest)));
        for (String open : List.of("[", "{\"a\":")) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> values.read(open.repeat(40_000), Object.class))
                    .withMessageContaining("deeper than 32");
        }
    }

    @Test
    void aListThatHoldsItselfAndOneThatDoublesAreRefusedQuickly() {
        List<Object> circle = new ArrayList<>();
        circle.add(circle);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> values.write(circle))
                .withMessageContaining("deeper");
        Object doubled = new Twice(List.of(), List.of());
        for (int i = 0; i < 14; i++) {
            doubled = new Twice(List.of(doubled), List.of(doubled));
        }
        Object bomb = List.of(doubled, doubled, doubled, doubled, doubled, doubled, doubled, doubled);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> values.write(bomb))
                .withMessageContaining("longer than");
    }

    @Test
    void lengthIsBoundedOnBothSides() {
        JsonValues small = new JsonValues(10);
        assertThat(small.read(small.write("12345678"), String.class)).isEqualTo("12345678");
        assertThatIllegalArgumentException().isThrownBy(() -> small.write("123456789"));
        assertThatIllegalArgumentException().isThrownBy(() -> small.read("\"123456789\"", String.class));
        assertThatIllegalArgumentException().isThrownBy(() -> new JsonValues(0));
    }

    @Test
    void whatIsReadCannotBeChanged() {
        assertThat((List<?>) values.read("[1]", List.class)).isUnmodifiable();
        assertThat((Map<?, ?>) values.read("{\"a\":[1]}", Map.class)).isUnmodifiable();
    }

    @Test
    void messagesNeverHoldAValue() {
        for (Class<?> type : List.of(Item.class, int.class, TimeUnit.class, Instant.class, List.class, Object.class)) {
            for (String text : List.of(
                    "\"hunter2",
                    "hunter2",
                    "{\"name\":hunter2}",
                    "\"hunter2\" hunter2",
                    "{\"name\":\"hunter2\",\"cents\":\"hunter2\"}")) {
                assertThatIllegalArgumentException()
                        .isThrownBy(() -> {
                            values.read(text, type);
                            throw new IllegalArgumentException("read");
                        })
                        .withMessageNotContaining("hunter2")
                        .withNoCause();
            }
        }
    }
}
