package dev.coatcheck.bench;

import dev.coatcheck.store.SessionStore;
import dev.coatcheck.stores.redis.RedisAddress;
import dev.coatcheck.stores.redis.RedisSessionStore;
import dev.coatcheck.stores.redis.RedisSettings;
import dev.coatcheck.stores.sql.SqlDatabase;
import dev.coatcheck.stores.sql.SqlSessionStore;
import io.lettuce.core.RedisClient;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.api.sync.RedisCommands;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** An empty store for a crowd, which tells how much room the crowd takes, and how fast it is cleared. */
interface Room {
    SessionStore store();

    /** What the server keeps now, indexes included. */
    double bytes();

    /**
     * Clears everything away the way the store does it when all sessions are over.
     *
     * @return sessions a second
     */
    double clear(Crowded crowded, Duration within);

    /** A Redis server of its own, since its memory is counted as a whole. */
    static Room redis(RedisServer server, Stopping stopping) {
        RedisClient client = RedisClient.create(server.url());
        stopping.last(() -> client.shutdown(0, 1, TimeUnit.SECONDS));
        SessionStore store = RedisSessionStore.open(RedisSettings.DEFAULT.withAddress(RedisAddress.of(server.url())));
        return new InRedis(client.connect().sync(), stopping.last(store));
    }

    /** A database of its own. */
    static Room postgresql(DatabaseServer server, String database, Stopping stopping) {
        server.create(database);
        SqlDatabase opened = stopping.last(SqlDatabase.open(server.url(database)));
        return new InPostgresql(server, database, stopping.last(new SqlSessionStore(opened)));
    }

    /** Redis forgets by itself: the expiries that the store set are brought forward to one instant. */
    record InRedis(RedisCommands<String, String> redis, SessionStore store) implements Room {
        private static final String EXPIRE_SOME = "local some = redis.call('SCAN', ARGV[1], 'COUNT', 1000)"
                + " for _, key in ipairs(some[2]) do"
                + " if redis.call('PTTL', key) < 0 then return redis.error_reply('for ever: ' .. key) end"
                + " redis.call('PEXPIREAT', key, ARGV[2]) end return some[1]";

        @Override
        public double bytes() {
            return Double.parseDouble(redis.info("memory").replaceFirst("(?s).*\\bused_memory:(\\d+).*", "$1"));
        }

        @Override
        public double clear(Crowded crowded, Duration within) {
            long lead = 3_000 + crowded.sessions() / 25;
            String at = Long.toString(System.currentTimeMillis() + lead);
            long began = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(lead);
            String cursor = "0";
            do {
                cursor = redis.eval(EXPIRE_SOME, ScriptOutputType.VALUE, new String[0], cursor, at);
            } while (!cursor.equals("0"));
            long all = redis.dbsize();
            long left = all;
            while (left > 0 && System.nanoTime() - began < within.toNanos()) {
                pause();
                left = redis.dbsize();
            }
            double seconds = (System.nanoTime() - began) / 1e9;
            return (all - left) / (double) all * crowded.sessions() / seconds;
        }

        private static void pause() {
            try {
                Thread.sleep(20);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw CannotMeasureException.because("Interrupted.", "Start again.", e);
            }
        }
    }

    /** PostgreSQL is told to: by the store's own purge, a thousand at once. */
    record InPostgresql(DatabaseServer server, String database, SessionStore store) implements Room {
        @Override
        public double bytes() {
            return Double.parseDouble(server.ask("SELECT pg_total_relation_size('sessions')", database));
        }

        @Override
        public double clear(Crowded crowded, Duration within) {
            return crowded.purge(1_000, within);
        }
    }
}
