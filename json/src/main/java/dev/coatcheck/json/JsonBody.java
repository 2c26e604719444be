package dev.coatcheck.json;

import dev.coatcheck.http.WebRequest;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;

/**
 * What came of reading a request body: the record that was asked for, or what is wrong with it.
 *
 * <p>A body is one JSON object in UTF-8 whose members are exactly the record's components: none unknown, none twice, none
 * missing save the {@code Optional} ones, none of another type. Component types are those of {@link JsonValues} and
 * {@link dev.coatcheck.Password}. At most 32 levels, no half surrogate pairs, nothing after the end. What is wrong is
 * said with the names of members and never with a value, so it can stand in a problem document (RFC 9457).
 *
 * @param <T> the record
 */
public sealed interface JsonBody<T extends Record> {
    /** Bytes of a body that carries names and passwords: {@value}. */
    int USUAL_LIMIT = 16 * 1024;

    /** It is what was asked for. */
    record Read<T extends Record>(T value) implements JsonBody<T> {}

    /**
     * It is not.
     *
     * @param reason of which kind
     * @param detail one sentence for the caller
     */
    record Refused<T extends Record>(Reason reason, String detail) implements JsonBody<T> {}

    /** Why a body is refused. */
    enum Reason {
        /** Not the JSON that is wanted: 400. */
        MALFORMED(400),
        /** More bytes than the limit: 413. */
        TOO_LARGE(413),
        /** Not {@code application/json} in UTF-8: 415. */
        MEDIA_TYPE(415);

        private final int status;

        Reason(int status) {
            this.status = status;
        }

        /** The status code of an answer that says so (RFC 9110 §15.5). */
        public int status() {
            return status;
        }
    }

    /** One function per case. */
    default <R> R fold(Function<? super T, R> read, Function<Refused<T>, R> refused) {
        if (this instanceof Read<T> r) {
            return read.apply(r.value());
        }
        return refused.apply((Refused<T>) this);
    }

    /**
     * The body of this request, its Content-Type checked first (see {@link JsonMediaType}).
     *
     * @param limit bytes; no more than one more is read
     * @throws IOException when the connection fails
     * @throws IllegalArgumentException when the record has a component that JSON is not read as: a mistake of the caller
     */
    static <T extends Record> JsonBody<T> read(WebRequest request, int limit, Class<T> type) throws IOException {
        List<String> contentType = request.headers("Content-Type");
        if (contentType.size() != 1 || !JsonMediaType.accepts(contentType.get(0))) {
            return new Refused<>(Reason.MEDIA_TYPE, "Send the body as \"Content-Type: application/json\", in UTF-8.");
        }
        return read(request.body(), limit, type);
    }

    /**
     * The stream's bytes up to its end; it is not closed.
     *
     * @param limit bytes; no more than one more is read
     * @throws IOException when the stream fails
     * @throws IllegalArgumentException when the record has a component that JSON is not read as: a mistake of the caller
     */
    static <T extends Record> JsonBody<T> read(InputStream stream, int limit, Class<T> type) throws IOException {
        byte[] bytes = stream.readNBytes(Math.addExact(limit, 1));
        try {
            return read(bytes, limit, type);
        } finally {
            Arrays.fill(bytes, (byte) 0);
        }
    }

    /**
     * These bytes.
     *
     * @param limit bytes
     * @throws IllegalArgumentException when the record has a component that JSON is not read as: a mistake of the caller
     */
    static <T extends Record> JsonBody<T> read(byte[] bytes, int limit, Class<T> type) {
        PlainTypes.checkBody(type);
        if (bytes.length > limit) {
            return new Refused<>(Reason.TOO_LARGE, "The body is larger than " + limit + " bytes.");
        }
        try {
            Object value = new Binder(true).bind(type, JsonTree.parse(utf8(bytes)), "");
            return new Read<>(type.cast(value));
        } catch (MalformedJsonException e) {
            return new Refused<>(Reason.MALFORMED, "The body " + e.what() + ".");
        }
    }

    private static String utf8(byte[] bytes) throws MalformedJsonException {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new MalformedJsonException("is not UTF-8");
        }
    }
}
