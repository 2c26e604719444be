package dev.coatcheck.json;

import dev.coatcheck.Password;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.OffsetTime;
import java.time.Period;
import java.time.ZonedDateTime;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** The value types that are one JSON text, number or boolean. Times are ISO 8601 text, as their own toString writes it. */
final class Scalars {
    private static final Map<Class<?>, Scalar> ALL = table();

    /** A password that came in a request body. It is not among the others: no session value is a password. */
    static final Scalar PASSWORD = text("a text", Password::of);

    private Scalars() {}

    /**
     * How one type is read.
     *
     * @param expected what the JSON has to be, in words
     * @param read the value, empty when the JSON is something else
     */
    record Scalar(String expected, Function<Object, Optional<Object>> read) {}

    static Optional<Scalar> of(Class<?> type) {
        return Optional.ofNullable(ALL.get(type));
    }

    /** Whether values of this type are written as their own text. */
    static boolean isTime(Class<?> type) {
        return type.getPackageName().equals("java.time") && ALL.containsKey(type);
    }

    /** The number as a value without a wanted type has it: long, else an integer of any size; double for fractions. */
    static Optional<Object> untyped(JsonTree.Num number) {
        return number.whole()
                ? whole(number).map(value -> value.bitLength() < Long.SIZE ? (Object) value.longValue() : value)
                : number(number, text -> finite(Double.parseDouble(text)));
    }

    private static Map<Class<?>, Scalar> table() {
        Map<Class<?>, Scalar> all = new HashMap<>();
        Scalar flag = new Scalar("true or false", tree -> Optional.of(tree).filter(Boolean.class::isInstance));
        Scalar floating = new Scalar("a number", tree -> number(tree, text -> finite(Float.parseFloat(text))));
        Scalar doubled = new Scalar("a number", tree -> number(tree, text -> finite(Double.parseDouble(text))));
        Scalar bytes = whole(Byte.MIN_VALUE, Byte.MAX_VALUE, Long::byteValue);
        Scalar shorts = whole(Short.MIN_VALUE, Short.MAX_VALUE, Long::shortValue);
        Scalar ints = whole(Integer.MIN_VALUE, Integer.MAX_VALUE, Long::intValue);
        Scalar longs = whole(Long.MIN_VALUE, Long.MAX_VALUE, value -> value);
        all.putAll(Map.of(boolean.class, flag, Boolean.class, flag, byte.class, bytes, Byte.class, bytes));
        all.putAll(Map.of(short.class, shorts, Short.class, shorts, int.class, ints, Integer.class, ints));
        all.putAll(Map.of(long.class, longs, Long.class, longs, float.class, floating, Float.class, floating));
        all.putAll(Map.of(double.class, doubled, Double.class, doubled));
        all.put(
                BigInteger.class,
                new Scalar("a whole number", tree -> whole(tree).map(value -> value)));
        all.put(BigDecimal.class, new Scalar("a number", tree -> number(tree, BigDecimal::new)));
        all.put(String.class, text("a text", text -> text));
        all.put(Instant.class, text("a point in time such as 2026-11-20T08:30:00Z", Instant::parse));
        all.put(Duration.class, text("a duration such as PT15M", Duration::parse));
        all.put(Period.class, text("a period such as P1M", Period::parse));
        all.put(LocalDate.class, text("a date such as 2026-11-20", LocalDate::parse));
        all.put(LocalTime.class, text("a time of day such as 08:30:00", LocalTime::parse));
        all.put(LocalDateTime.class, text("a date and time such as 2026-11-20T08:30:00", LocalDateTime::parse));
        all.put(OffsetTime.class, text("a time with offset such as 08:30:00+01:00", OffsetTime::parse));
        all.put(
                OffsetDateTime.class,
                text("a time with offset such as 2026-11-20T08:30:00+01:00", OffsetDateTime::parse));
        all.put(
                ZonedDateTime.class,
                text("a time with zone such as 2026-11-20T08:30:00+01:00[Europe/Berlin]", ZonedDateTime::parse));
        return Map.copyOf(all);
    }

    private static Scalar whole(long from, long to, Function<Long, Object> as) {
        return new Scalar(
                "a whole number from " + from + " to " + to,
                tree -> whole(tree)
                        .filter(value -> value.bitLength() < Long.SIZE)
                        .map(BigInteger::longValue)
                        .filter(value -> value >= from && value <= to)
                        .map(as));
    }

    private static Optional<BigInteger> whole(Object tree) {
        return tree instanceof JsonTree.Num number && number.whole()
                ? Optional.of(new BigInteger(number.text()))
                : Optional.empty();
    }

    private static Optional<Object> number(Object tree, Function<String, Object> as) {
        if (!(tree instanceof JsonTree.Num number)) {
            return Optional.empty();
        }
        try {
            return Optional.of(as.apply(number.text()));
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }

    private static double finite(double value) {
        if (!Double.isFinite(value)) {
            throw new NumberFormatException("out of range");
        }
        return value;
    }

    private static float finite(float value) {
        return (float) finite((double) value);
    }

    private static Scalar text(String expected, Function<String, Object> as) {
        return new Scalar(expected, tree -> {
            if (!(tree instanceof String text)) {
                return Optional.empty();
            }
            try {
                return Optional.of(as.apply(text));
            } catch (DateTimeException e) {
                return Optional.empty();
            }
        });
    }
}
