package dev.coatcheck.json;

import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * Writes answers: a record or a map as one JSON object, in the order of components or, with a {@code LinkedHashMap}, of
 * insertion. Members that are an empty {@code Optional} are left out.
 *
 * <p>The text can stand inside an HTML page too: {@code <}, {@code >}, {@code &}, {@code '}, U+2028 and U+2029 are escaped.
 * What may be written is what {@link JsonValues} lists; anything else is an {@code IllegalArgumentException}.
 */
public final class JsonDocument {
    /** The media type of what is written (RFC 8259 §11). */
    public static final String MEDIA_TYPE = "application/json";

    private static final PlainWriter WRITER = new PlainWriter(16 * 1024 * 1024, true);

    private JsonDocument() {}

    /** The record's components as members. */
    public static String text(Record members) {
        return WRITER.write(members);
    }

    /** The map's entries as members. */
    public static String text(Map<String, ?> members) {
        return WRITER.write(members);
    }

    /** {@link #text(Record)} in UTF-8. */
    public static byte[] bytes(Record members) {
        return text(members).getBytes(StandardCharsets.UTF_8);
    }

    /** {@link #text(Map)} in UTF-8. */
    public static byte[] bytes(Map<String, ?> members) {
        return text(members).getBytes(StandardCharsets.UTF_8);
    }
}
