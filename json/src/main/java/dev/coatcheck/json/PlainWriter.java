package dev.coatcheck.json;

import java.io.StringWriter;
import java.io.Writer;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.AbstractMap.SimpleImmutableEntry;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.util.JsonRecyclerPools;

/**
 * Writes plain data as JSON text, the same value always as the same text: members stand in the order of a record's
 * components, of a {@code LinkedHashMap} or a {@code SortedMap}; those of any other map are sorted by name.
 */
final class PlainWriter {
    private static final int MAX_NUMBER_BITS = 3000;

    /** Buffers of some kilobytes that are kept: without, each text would cost them anew, however short it is. */
    private static final int POOLED = 64;

    private final JsonFactory json;
    private final int maxLength;
    private final boolean safeInPages;

    PlainWriter(int maxLength, boolean safeInPages) {
        this.maxLength = maxLength;
        this.safeInPages = safeInPages;
        var builder = JsonFactory.builder().recyclerPool(JsonRecyclerPools.newBoundedPool(POOLED));
        this.json = safeInPages ? builder.characterEscapes(new PageEscapes()).build() : builder.build();
    }

    /** @throws IllegalArgumentException when the value is not plain data, too deep or too large */
    String write(Object value) {
        if (value instanceof String text && !safeInPages && text.length() + 2 <= maxLength && standsForItself(text)) {
            return '"' + text + '"';
        }
        Bounded text = new Bounded(maxLength);
        try (JsonGenerator out = json.createGenerator(ObjectWriteContext.empty(), (Writer) text)) {
            new Writing(out).value(value, 0);
        }
        return text.toString();
    }

    /** Whether JSON writes the text as it is, between quotation marks: then nothing has to be set up for it. */
    private static boolean standsForItself(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c < ' ' || c > '~' || c == '"' || c == '\\') {
                return false;
            }
        }
        return true;
    }

    /** One text being written. */
    private record Writing(JsonGenerator out) {
        void value(@Nullable Object value, int depth) {
            if (value instanceof String text) {
                out.writeString(wellFormed(text));
            } else if (value instanceof Boolean flag) {
                out.writeBoolean(flag);
            } else if (value instanceof Number number) {
                number(number);
            } else if (value instanceof Enum<?> constant) {
                out.writeString(constant.name());
            } else if (value instanceof Record parts) {
                record(parts, deeper(depth));
            } else if (value instanceof Map<?, ?> map) {
                map(map, deeper(depth));
            } else if (value instanceof List<?> items) {
                list(items, deeper(depth));
            } else if (value != null && Scalars.isTime(value.getClass())) {
                out.writeString(value.toString());
            } else {
                throw new IllegalArgumentException(
                        (value == null ? "null" : value.getClass().getName())
                                + " is not plain data: only texts, numbers, booleans, java.time values, enums, records, List and"
                                + " Map with String keys are, and Optional as a member");
            }
        }

        private void number(Number number) {
            if (number instanceof Long
                    || number instanceof Integer
                    || number instanceof Short
                    || number instanceof Byte) {
                out.writeNumber(number.longValue());
            } else if (number instanceof Double || number instanceof Float) {
                if (!Double.isFinite(number.doubleValue())) {
                    throw new IllegalArgumentException("JSON has no infinite numbers and no NaN (RFC 8259 §6)");
                }
                out.writeNumber(number.toString());
            } else if (number instanceof BigInteger whole) {
                boundedNumber(whole.bitLength());
                out.writeNumber(whole);
            } else if (number instanceof BigDecimal decimal) {
                boundedNumber(decimal.unscaledValue().bitLength());
                out.writeNumber(decimal.toString());
            } else {
                throw new IllegalArgumentException(number.getClass().getName() + " is not plain data: write its value");
            }
        }

        private void record(Record parts, int depth) {
            out.writeStartObject();
            for (RecordShape.Component component :
                    RecordShape.of(parts.getClass()).components()) {
                member(component.name(), component.of(parts), depth);
            }
            out.writeEndObject();
        }

        private void map(Map<?, ?> map, int depth) {
            out.writeStartObject();
            for (Map.Entry<String, @Nullable Object> entry : inOrder(map)) {
                member(entry.getKey(), entry.getValue(), depth);
            }
            out.writeEndObject();
        }

        private void list(List<?> items, int depth) {
            out.writeStartArray();
            for (Object item : items) {
                value(item, depth);
            }
            out.writeEndArray();
        }

        private void member(String name, @Nullable Object value, int depth) {
            if (value instanceof Optional<?> maybe) {
                if (maybe.isPresent()) {
                    out.writeName(wellFormed(name));
                    value(maybe.get(), depth);
                }
                return;
            }
            out.writeName(wellFormed(name));
            value(value, depth);
        }
    }

    private static List<Map.Entry<String, @Nullable Object>> inOrder(Map<?, ?> map) {
        List<Map.Entry<String, @Nullable Object>> members = new ArrayList<>(map.size());
        for (Map.Entry<?, ?> entry : map.entrySet()) {
            if (!(entry.getKey() instanceof String name)) {
                throw new IllegalArgumentException("a map with a key of "
                        + (entry.getKey() == null
                                ? "null"
                                : entry.getKey().getClass().getName())
                        + " is not plain data: JSON members have texts as names");
            }
            members.add(new SimpleImmutableEntry<>(name, entry.getValue()));
        }
        if (!(map instanceof LinkedHashMap || map instanceof SortedMap)) {
            members.sort(Map.Entry.comparingByKey(Comparator.naturalOrder()));
        }
        return members;
    }

    private static int deeper(int depth) {
        if (depth == JsonTree.MAX_DEPTH) {
            throw new IllegalArgumentException(
                    "the value is nested deeper than " + JsonTree.MAX_DEPTH + " levels, or in itself");
        }
        return depth + 1;
    }

    private static String wellFormed(String text) {
        if (Surrogates.areLoneIn(text)) {
            throw new IllegalArgumentException("a text with half a surrogate pair can't be written as UTF-8");
        }
        return text;
    }

    /** Every number that is written can be read again: see JsonTree.MAX_NUMBER. */
    private static void boundedNumber(int bits) {
        if (bits > MAX_NUMBER_BITS) {
            throw new IllegalArgumentException("a number of more than " + MAX_NUMBER_BITS + " bits is not written");
        }
    }

    /** Refuses to grow: two lists that hold each other twice would otherwise fill the memory long before the depth is reached. */
    private static final class Bounded extends StringWriter {
        private final int maxLength;

        Bounded(int maxLength) {
            this.maxLength = maxLength;
        }

        @Override
        public void write(char[] chars, int from, int length) {
            room(length);
            super.write(chars, from, length);
        }

        @Override
        public void write(String text) {
            room(text.length());
            super.write(text);
        }

        @Override
        public void write(String text, int from, int length) {
            room(length);
            super.write(text, from, length);
        }

        @Override
        public void write(int c) {
            room(1);
            super.write(c);
        }

        private void room(int more) {
            if (getBuffer().length() + more > maxLength) {
                throw new IllegalArgumentException("the value is longer than " + maxLength + " characters of JSON");
            }
        }
    }
}
