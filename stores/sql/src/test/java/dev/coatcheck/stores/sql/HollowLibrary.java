package dev.coatcheck.stores.sql;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * A shared library for Linux on x86-64 that has functions of these names, each of which does nothing and returns -1. For a
 * program that is linked against a library that a machine lacks, and can do without.
 */
final class HollowLibrary {
    private static final int HEADERS = 64 + 3 * 56;
    private static final byte[] RETURN_MINUS_ONE = {0x48, (byte) 0x83, (byte) 0xc8, (byte) 0xff, (byte) 0xc3};

    private final ByteArrayOutputStream strings = new ByteArrayOutputStream();

    private HollowLibrary() {
        strings.write(0);
    }

    /** @param functions a version for each name, such as {@code io_setup} of {@code LIBAIO_0.4} */
    static void write(Path folder, String name, Map<String, String> functions) throws IOException {
        Files.write(folder.resolve(name), new HollowLibrary().image(name, new TreeMap<>(functions)));
    }

    private byte[] image(String name, SortedMap<String, String> functions) {
        List<String> versions = new ArrayList<>(new TreeSet<>(functions.values()));
        int soname = string(name);
        int count = functions.size() + 1;

        int dynamic = HEADERS;
        int hash = dynamic + 11 * 16;
        int symbols = hash + 4 * (3 + count);
        symbols += -symbols & 7;
        int versionOf = symbols + 24 * count;
        int defined = versionOf + 2 * count;
        defined += -defined & 7;
        int code = defined + 28 * (versions.size() + 1);
        int text = code + 8;

        ByteBuffer out = ByteBuffer.allocate(1 << 16).order(ByteOrder.LITTLE_ENDIAN);
        out.position(hash).putInt(1).putInt(count).putInt(1);
        out.position(symbols + 24);
        for (String function : functions.keySet()) {
            out.putInt(string(function)).put((byte) 0x12).put((byte) 0).putShort((short) 1);
            out.putLong(code).putLong(RETURN_MINUS_ONE.length);
        }
        // One chain of all symbols, from the second on.
        out.position(hash + 12).putInt(0);
        for (int i = 1; i < count; i++) {
            out.putInt((i + 1) % count);
        }
        out.position(versionOf + 2);
        functions.values().forEach(version -> out.putShort((short) (2 + versions.indexOf(version))));
        out.position(defined);
        version(out, name, 1, soname, !versions.isEmpty());
        for (int i = 0; i < versions.size(); i++) {
            version(out, versions.get(i), 2 + i, string(versions.get(i)), i + 1 < versions.size());
        }
        out.position(code).put(RETURN_MINUS_ONE);
        byte[] names = strings.toByteArray();
        out.position(text).put(names);
        int size = out.position();

        out.position(dynamic);
        long[][] entries = {
            {14, soname},
            {4, hash},
            {5, text},
            {6, symbols},
            {10, names.length},
            {11, 24},
            {0x6ffffff0L, versionOf},
            {0x6ffffffcL, defined},
            {0x6ffffffdL, versions.size() + 1},
            {0, 0},
            {0, 0}
        };
        for (long[] entry : entries) {
            out.putLong(entry[0]).putLong(entry[1]);
        }
        headers(out.position(0), size, dynamic);
        byte[] image = new byte[size];
        out.position(0).get(image);
        return image;
    }

    private static void headers(ByteBuffer out, int size, int dynamic) {
        out.put(new byte[] {0x7f, 'E', 'L', 'F', 2, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0});
        out.putShort((short) 3)
                .putShort((short) 62)
                .putInt(1)
                .putLong(0)
                .putLong(64)
                .putLong(0)
                .putInt(0);
        out.putShort((short) 64)
                .putShort((short) 56)
                .putShort((short) 3)
                .putShort((short) 64)
                .putShort((short) 0);
        out.putShort((short) 0);
        segment(out, 1, 7, 0, size, 4096);
        segment(out, 2, 6, dynamic, 11 * 16, 8);
        segment(out, 0x6474e551, 6, 0, 0, 16);
    }

    private static void segment(ByteBuffer out, int type, int flags, long offset, long size, long alignment) {
        out.putInt(type).putInt(flags).putLong(offset).putLong(offset).putLong(offset);
        out.putLong(size).putLong(size).putLong(alignment);
    }

    private static void version(ByteBuffer out, String name, int index, int text, boolean isFollowed) {
        out.putShort((short) 1)
                .putShort((short) (index == 1 ? 1 : 0))
                .putShort((short) index)
                .putShort((short) 1);
        out.putInt(hash(name))
                .putInt(20)
                .putInt(isFollowed ? 28 : 0)
                .putInt(text)
                .putInt(0);
    }

    /** The hash of names in the System V ABI. */
    private static int hash(String name) {
        int hash = 0;
        for (byte sign : name.getBytes(StandardCharsets.US_ASCII)) {
            hash = (hash << 4) + sign;
            int high = hash & 0xf0000000;
            hash = (hash ^ high >>> 24) & ~high;
        }
        return hash;
    }

    private int string(String text) {
        int at = strings.size();
        strings.writeBytes(text.getBytes(StandardCharsets.US_ASCII));
        strings.write(0);
        return at;
    }
}
