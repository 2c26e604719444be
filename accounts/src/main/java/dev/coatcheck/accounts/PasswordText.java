package dev.coatcheck.accounts;

import dev.coatcheck.Password;
import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.util.Arrays;

/** The text of a password as it is hashed and measured: NFKC, in UTF-8, in an array that the caller wipes. */
final class PasswordText {
    private PasswordText() {}

    static byte[] nfkc(Password password) {
        byte[] typed = password.utf8();
        if (isAscii(typed)) {
            return typed;
        }
        byte[] normal = Normalizer.normalize(new String(typed, StandardCharsets.UTF_8), Normalizer.Form.NFKC)
                .getBytes(StandardCharsets.UTF_8);
        Arrays.fill(typed, (byte) 0);
        return normal;
    }

    /** Characters, not bytes: every one but the first byte of a character is {@code 10xxxxxx} (RFC 3629 §3). */
    static int codePoints(byte[] utf8) {
        int count = 0;
        for (byte b : utf8) {
            count += (b & 0xc0) == 0x80 ? 0 : 1;
        }
        return count;
    }

    private static boolean isAscii(byte[] bytes) {
        for (byte b : bytes) {
            if (b < 0) {
                return false;
            }
        }
        return true;
    }
}
