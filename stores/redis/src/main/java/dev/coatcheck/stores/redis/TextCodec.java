package dev.coatcheck.stores.redis;

import io.lettuce.core.codec.RedisCodec;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * Text as UTF-8. By way of arrays, which the platform turns from and into ASCII fastest, and which need no buffer of the
 * pool between.
 */
final class TextCodec implements RedisCodec<String, String> {
    static final TextCodec UTF8 = new TextCodec();

    /** Most names of a record's fields, made once. */
    private static final String[] LETTERS = letters();

    private TextCodec() {}

    @Override
    public String decodeKey(ByteBuffer bytes) {
        if (bytes.remaining() == 1) {
            byte letter = bytes.get(bytes.position());
            if (letter >= 0) {
                return LETTERS[letter];
            }
        }
        return decodeValue(bytes);
    }

    @Override
    public String decodeValue(ByteBuffer bytes) {
        byte[] copy = new byte[bytes.remaining()];
        bytes.get(copy);
        return new String(copy, StandardCharsets.UTF_8);
    }

    @Override
    public ByteBuffer encodeKey(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public ByteBuffer encodeValue(String text) {
        return encodeKey(text);
    }

    private static String[] letters() {
        String[] letters = new String[128];
        for (char c = 0; c < letters.length; c++) {
            letters[c] = String.valueOf(c);
        }
        return letters;
    }
}
