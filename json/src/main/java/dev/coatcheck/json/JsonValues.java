package dev.coatcheck.json;

import dev.coatcheck.session.ValueCodec;

/**
 * Session values as JSON: texts, booleans, numbers, enums by name, {@code java.time} values as ISO 8601 text, records,
 * {@code List}, {@code Map} with String keys, and {@code Optional} as a member, left out when empty.
 *
 * <p>Anything else is refused with its type's name: arrays, sets, other classes, {@code null}. No text names a class.
 * What was written as {@code Long} is read as {@code Long}, also where no type is asked for; there, fractions are read as
 * {@code Double}. Equal values give equal text, save for the order of {@code LinkedHashMap}, which is kept. Lists and
 * maps that are read can't be changed.
 *
 * <p>A value that an older version of a program wrote can be read by a newer one when components were taken from a
 * record, and when {@code Optional} ones were added: unknown members are passed over.
 *
 * <p>Bounds: {@value #DEFAULT_MAX_LENGTH} characters unless told, 32 levels, numbers of 1000 digits. Half a surrogate
 * pair, a member that stands twice and text after the end are refused.
 */
public final class JsonValues implements ValueCodec {
    /** Characters of JSON per value. */
    public static final int DEFAULT_MAX_LENGTH = 256 * 1024;

    private final int maxLength;
    private final PlainWriter writer;
    private final Binder binder = new Binder(false);

    /** With the default bounds. */
    public JsonValues() {
        this(DEFAULT_MAX_LENGTH);
    }

    /**
     * With a bound of one's own.
     *
     * @param maxLength characters of JSON per value
     * @throws IllegalArgumentException when it is not positive
     */
    public JsonValues(int maxLength) {
        if (maxLength <= 0) {
            throw new IllegalArgumentException("a value needs room for a character at least, not for " + maxLength);
        }
        this.maxLength = maxLength;
        this.writer = new PlainWriter(maxLength, false);
    }

    @Override
    public String write(Object value) {
        return writer.write(value);
    }

    @Override
    public <T> T read(String json, Class<T> type) {
        PlainTypes.checkValue(type);
        if (json.length() > maxLength) {
            throw new IllegalArgumentException("the stored value is longer than " + maxLength + " characters");
        }
        try {
            @SuppressWarnings("unchecked") // the binder makes what it was asked for; cast() can't do int.class
            T value = (T) binder.bind(type, JsonTree.parse(json), "");
            return value;
        } catch (MalformedJsonException e) {
            throw new IllegalArgumentException(
                    "the stored value can't be read as " + type.getName() + ": it " + e.what());
        }
    }
}
