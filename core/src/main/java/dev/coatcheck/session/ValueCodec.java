package dev.coatcheck.session;

/**
 * Writes session values as JSON text and reads them back. Values are plain data: strings, numbers, booleans, lists,
 * maps, records of these. Nothing that is written names a class to be loaded.
 */
public interface ValueCodec {
    /** The value as JSON text. @throws IllegalArgumentException when it is not plain data; the message names its type */
    String write(Object value);

    /** The JSON text as a {@code T}. @throws IllegalArgumentException when it is not JSON or does not fit the type */
    <T> T read(String json, Class<T> type);
}
