package dev.coatcheck.stores.redis;

import dev.coatcheck.store.SessionStore;
import dev.coatcheck.stores.tests.StoredFormatTests;
import dev.coatcheck.token.SessionId;
import io.lettuce.core.ScoredValue;
import io.lettuce.core.api.sync.RedisCommands;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Recordings of Redis, a key a line: command, key and arguments with tabs between them, with Java's escapes for
 * line ends and backslashes. Expiry times are not recorded.
 */
class RedisFormatTest extends StoredFormatTests {
    @RegisterExtension
    static final RedisServerExtension REDIS = new RedisServerExtension(RedisBinary.EMBEDDED);

    private RedisSettings settings = RedisSettings.DEFAULT;
    private Raw raw;

    @AfterEach
    void closeTheConnection() {
        raw.close();
    }

    @Override
    protected SessionStore open() {
        settings = REDIS.settings().withPrefix("coatcheck");
        raw = new Raw(REDIS.process().url());
        raw.commands().flushall();
        return RedisSessionStore.open(settings);
    }

    @Override
    protected SessionStore open(int format, String recording) {
        SessionStore store = open();
        recording.lines().map(line -> List.of(line.split("\t", -1))).forEach(this::write);
        return store;
    }

    private void write(List<String> command) {
        String key = command.get(1);
        for (int i = 2; i < command.size(); i += 2) {
            String first = command.get(i);
            String second = command.get(Math.min(i + 1, command.size() - 1)).translateEscapes();
            switch (command.get(0)) {
                case "HSET" -> raw.commands().hset(key, first, second);
                case "ZADD" -> raw.commands().zadd(key, Double.parseDouble(first), second);
                default -> raw.commands().set(key, first);
            }
        }
    }

    @Override
    protected String record() {
        return raw.keys("*").stream().map(this::line).collect(Collectors.joining("\n", "", "\n"));
    }

    @Override
    protected String raw(SessionId id) {
        return line(new Keys(settings.prefix()).record(id));
    }

    @Override
    protected void say(SessionId id, int format) {
        raw.commands().hset(new Keys(settings.prefix()).record(id), "v", Integer.toString(format));
    }

    private static String escaped(String text) {
        return text.replace("\\", "\\\\").replace("\n", "\\n");
    }

    private String line(String key) {
        RedisCommands<String, String> redis = raw.commands();
        List<String> line = new ArrayList<>();
        switch (redis.type(key)) {
            case "hash" -> {
                line.addAll(List.of("HSET", key));
                for (Map.Entry<String, String> field : new TreeMap<>(redis.hgetall(key)).entrySet()) {
                    line.addAll(List.of(field.getKey(), escaped(field.getValue())));
                }
            }
            case "zset" -> {
                line.addAll(List.of("ZADD", key));
                for (ScoredValue<String> member : redis.zrangeWithScores(key, 0, -1)) {
                    line.addAll(List.of(Long.toString((long) member.getScore()), member.getValue()));
                }
            }
            default -> line.addAll(List.of("SET", key, redis.get(key)));
        }
        return String.join("\t", line);
    }
}
