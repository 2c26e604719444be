package dev.coatcheck;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** A password as typed. It can't be printed, and {@link #wipe} forgets it. */
public final class Password {
    private final char[] typed;

    private Password(char[] typed) {
        this.typed = typed;
    }

    /** Takes a copy. */
    public static Password of(CharSequence typed) {
        char[] chars = new char[typed.length()];
        for (int i = 0; i < chars.length; i++) {
            chars[i] = typed.charAt(i);
        }
        return new Password(chars);
    }

    /** Number of UTF-16 units. */
    public int length() {
        return typed.length;
    }

    /** The UTF-8 bytes, in an array that the caller wipes. */
    public byte[] utf8() {
        byte[] room = new byte[typed.length * 3];
        ByteBuffer encoded = ByteBuffer.wrap(room);
        StandardCharsets.UTF_8
                .newEncoder()
                .onMalformedInput(CodingErrorAction.REPLACE)
                .encode(CharBuffer.wrap(typed), encoded, true);
        byte[] bytes = Arrays.copyOf(room, encoded.position());
        Arrays.fill(room, (byte) 0);
        return bytes;
    }

    /** Overwrites what is held. */
    public void wipe() {
        Arrays.fill(typed, '\0');
    }

    @Override
    public String toString() {
        return "Password[redacted]";
    }
}
