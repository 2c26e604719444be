package dev.coatcheck.browser;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Cookies as text: bytes in headers, UTF-8 in scripts. */
final class CookieText {
    private CookieText() {}

    /** The {@code Cookie} header; a cookie without a name is only its value. */
    static String header(List<StoredCookie> cookies) {
        return String.join(
                "; ",
                cookies.stream()
                        .map(cookie -> cookie.name().isEmpty() ? cookie.value() : cookie.name() + "=" + cookie.value())
                        .toList());
    }

    /** Bytes (one char each) read as UTF-8, or left as they are if they aren't. */
    static String decoded(String bytes) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes.getBytes(StandardCharsets.ISO_8859_1)))
                    .toString();
        } catch (CharacterCodingException e) {
            return bytes;
        }
    }

    /** Whether bytes (one char each) are UTF-8. */
    static boolean isUtf8(String bytes) {
        return !decoded(bytes).equals(bytes) || bytes.chars().allMatch(c -> c < 0x80);
    }

    /** Text as the bytes of its UTF-8 form, one char each. */
    static String encoded(String text) {
        return new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
    }
}
