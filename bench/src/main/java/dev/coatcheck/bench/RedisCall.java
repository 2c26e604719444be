package dev.coatcheck.bench;

import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisFuture;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.api.StatefulRedisConnection;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** One GET, or one script that writes where something is: on one shared connection, as the sessions' store has it. */
final class RedisCall implements StoreCall {
    private static final String WRITE =
            "if redis.call('EXISTS', KEYS[1]) == 0 then return 0 end" + " redis.call('SET', KEYS[1], ARGV[1]) return 1";

    private final RedisClient client;
    private final StatefulRedisConnection<String, String> connection;
    private final String script;

    private RedisCall(RedisClient client) {
        this.client = client;
        this.connection = client.connect();
        this.script = await(connection.async().scriptLoad(WRITE));
    }

    static RedisCall open(String url, int users) {
        RedisCall call = new RedisCall(RedisClient.create(url));
        for (int i = 0; i < users; i++) {
            await(call.connection.async().set(key(Note.name(i)), record(Note.name(i), Note.text(0))));
        }
        return call;
    }

    @Override
    public String user(String key) {
        String stored = await(connection.async().get(key(key)));
        return stored.substring(0, stored.indexOf(' '));
    }

    @Override
    public String noted(String key) {
        String stored = await(connection.async().get(key(key)));
        int end = stored.indexOf(' ') + 1;
        return stored.substring(end, end + Note.DIGITS);
    }

    @Override
    public void note(String key, String note) {
        Long written = await(connection
                .async()
                .evalsha(script, ScriptOutputType.INTEGER, new String[] {key(key)}, record(key, note)));
        if (written != 1) {
            throw new IllegalStateException("nobody is called " + key);
        }
    }

    private static String key(String user) {
        return "bare:" + user;
    }

    private static String record(String user, String note) {
        return user + ' ' + note + ' ' + PADDING;
    }

    private static <T> T await(RedisFuture<T> answer) {
        try {
            return answer.get(5, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        } catch (ExecutionException | TimeoutException e) {
            throw new IllegalStateException("Redis did not answer", e);
        }
    }

    @Override
    public void close() {
        connection.close();
        client.shutdown(0, 1, TimeUnit.SECONDS);
    }
}
