package dev.coatcheck.json;

import static org.assertj.core.api.Assertions.assertThat;

import dev.coatcheck.testkit.Rounds;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Bytes that nobody thought of, the same ones on every run. */
class RandomJsonTest {
    private static final int ROUNDS = Rounds.of(5_000, 200_000);

    private static final String WHOLE = "{\"username\":\"J\u00f6rg \\ud83d\\ude00\",\"password\":\"p\\\"\\u0000\","
            + "\"inner\":{\"number\":-9223372036854775808,\"names\":[\"\",\"x\"]},\"ratio\":1.5e-3,"
            + "\"when\":\"2026-11-20T08:30:00Z\",\"unit\":\"DAYS\",\"free\":{\"a\":[{},[],true,false,1E400]}}";

    private static final List<String> PIECES = List.of(
            "{",
            "}",
            "[",
            "]",
            ",",
            ":",
            "\"",
            "\\",
            "null",
            "true",
            "-",
            "1e9999",
            "0",
            "\\ud800",
            "\\u0000",
            "\"number\":",
            "\"names\":",
            "\"username\":",
            "1",
            " ",
            "\u2028",
            "\ud83d\ude00",
            "[[[[[[[[",
            "{\"a\":{\"a\":",
            "/*",
            "\uFEFF");

    @Test
    void damagedBodiesAreRefusedAndNothingElse() {
        Random random = new Random(20261120);
        for (int round = 0; round < ROUNDS; round++) {
            byte[] bytes = WHOLE.getBytes(StandardCharsets.UTF_8);
            for (int damage = random.nextInt(4); damage >= 0; damage--) {
                bytes = damaged(bytes, random);
            }
            UntrustedJson.check(bytes);
        }
    }

    @Test
    void piecesInAnyOrderAreRefusedAndNothingElse() {
        Random random = new Random(4711);
        for (int round = 0; round < ROUNDS; round++) {
            StringBuilder text = new StringBuilder();
            for (int i = random.nextInt(30); i >= 0; i--) {
                text.append(PIECES.get(random.nextInt(PIECES.size())));
            }
            UntrustedJson.check(text.toString().getBytes(StandardCharsets.UTF_8));
        }
    }

    @Test
    void anyPlainValueComesBackAsItWent() {
        Random random = new Random(8);
        JsonValues values = new JsonValues();
        for (int round = 0; round < ROUNDS; round++) {
            Object value = plain(random, 0);
            assertThat(values.read(values.write(value), Object.class)).isEqualTo(value);
            assertThat(values.read(JsonDocument.text(Map.of("v", value)), Object.class))
                    .isEqualTo(Map.of("v", value));
        }
    }

    private static byte[] damaged(byte[] bytes, Random random) {
        if (bytes.length == 0) {
            return new byte[] {(byte) random.nextInt(256)};
        }
        int at = random.nextInt(bytes.length);
        return switch (random.nextInt(5)) {
            case 0 -> Arrays.copyOf(bytes, at);
            case 1 -> {
                byte[] changed = bytes.clone();
                changed[at] = (byte) random.nextInt(256);
                yield changed;
            }
            case 2 -> spliced(bytes, at, Math.min(bytes.length, at + 1 + random.nextInt(8)), new byte[0]);
            case 3 -> spliced(bytes, at, at, Arrays.copyOfRange(bytes, random.nextInt(at + 1), at));
            default ->
                spliced(bytes, at, at, PIECES.get(random.nextInt(PIECES.size())).getBytes(StandardCharsets.UTF_8));
        };
    }

    private static byte[] spliced(byte[] bytes, int from, int to, byte[] piece) {
        byte[] changed = new byte[bytes.length - (to - from) + piece.length];
        System.arraycopy(bytes, 0, changed, 0, from);
        System.arraycopy(piece, 0, changed, from, piece.length);
        System.arraycopy(bytes, to, changed, from + piece.length, bytes.length - to);
        return changed;
    }

    private static Object plain(Random random, int depth) {
        return switch (random.nextInt(depth > 5 ? 4 : 6)) {
            case 0 -> random.nextLong();
            case 1 -> random.nextDouble() * Math.pow(10, random.nextInt(600) - 300);
            case 2 -> random.nextBoolean();
            case 3 -> text(random);
            case 4 -> {
                List<Object> items = new ArrayList<>();
                for (int i = random.nextInt(4); i > 0; i--) {
                    items.add(plain(random, depth + 1));
                }
                yield items;
            }
            default -> {
                Map<String, Object> members = new LinkedHashMap<>();
                for (int i = random.nextInt(4); i > 0; i--) {
                    members.put(text(random), plain(random, depth + 1));
                }
                yield members;
            }
        };
    }

    private static String text(Random random) {
        return random.ints(random.nextInt(12), 0, 0x11000)
                .map(c -> c >= 0xd800 && c <= 0xdfff ? 0x1f600 : c)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
    }
}
