package dev.coatcheck.stores.redis;

import dev.coatcheck.store.SessionStore;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/**
 * One Lua script as the server runs it: constants, what it needs of what scripts share, and its own part.
 *
 * @param text complete
 * @param sha1 what {@code EVALSHA} names it by
 */
record Script(String text, String sha1) {
    private static final Pattern FUNCTION = Pattern.compile("(?ms)^local function (\\w+)\\(.*?^end\\n");

    /** How many values a script takes from a list at once; even, as fields and values come in pairs. */
    static final int PIECE = 1000;

    /** What the scripts of one store have in common. */
    record Constants(String prefix, long keptMillis, boolean oneSlot, String channel) {
        static Constants of(RedisSettings settings, boolean oneSlot) {
            return new Constants(
                    settings.prefix(),
                    settings.tombstones().toMillis(),
                    oneSlot,
                    new Keys(settings.prefix()).signals(settings.address().database()));
        }
    }

    static Script of(String name, Constants constants) {
        String head =
                "local PREFIX, KEEP, ONE_SLOT, CHANNEL, MOST_TOMBSTONES, MOST_FORGOTTEN, PIECE = '%s', %d, %b, '%s', %d, %d, %d\n"
                        .formatted(
                                constants.prefix(),
                                constants.keptMillis(),
                                constants.oneSlot(),
                                constants.channel(),
                                SessionStore.MOST_TOMBSTONES,
                                SessionStore.MOST_FORGOTTEN,
                                PIECE);
        String text = head + withWhatItCalls(resource(name + ".lua"));
        return new Script(text, sha1(text));
    }

    /** Behind those functions of the library that it or they call: there, each stands behind what it calls. */
    private static String withWhatItCalls(String script) {
        List<MatchResult> functions =
                FUNCTION.matcher(resource("lib.lua")).results().toList();
        String text = script;
        for (int i = functions.size() - 1; i >= 0; i--) {
            MatchResult function = functions.get(i);
            if (Pattern.compile("\\b" + function.group(1) + "\\(").matcher(text).find()) {
                text = function.group() + text;
            }
        }
        return text;
    }

    private static String resource(String file) {
        try (InputStream in = Script.class.getResourceAsStream(file)) {
            if (in == null) {
                throw new IllegalStateException("the library's own file " + file + " is missing");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String sha1(String text) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-1").digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has SHA-1", e);
        }
    }
}
