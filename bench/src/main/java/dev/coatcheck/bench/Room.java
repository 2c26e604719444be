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
import java.util.regex.Pattern;

/** An empty store for a crowd, which tells how much room the crowd takes, and how fast it is cleared. */
interface Room {
    SessionStore store();

    /** Waits until the server has done what it still had to do by itself for those who came. */
    void settle(Duration within);

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

        /** A moment long enough to see how busy a server is, and how busy one is that has nothing to do. */
        private static final Duration MOMENT = Duration.ofMillis(300);

        private static final double IDLE = 0.05;

        /**
         * Redis enlarges its table of keys a little with each key that it looks up, and otherwise for a millisecond at each of
         * its beats: after a million sign-ins at ten beats a second for most of a minute, in which all that it is asked takes up
         * to twice as long. At 500 beats it is a second.
         */
        @Override
        public void settle(Duration within) {
            String beats = redis.configGet("hz").getOrDefault("hz", "10");
            redis.configSet("hz", "500");
            long began = System.nanoTime();
            double before;
            do {
                if (System.nanoTime() - began > within.toNanos()) {
                    throw CannotMeasureException.because(
                            "Redis has not come to rest within " + within + " after it was filled.", "Start again.");
                }
                before = cpuSeconds();
                pause(MOMENT);
            } while (cpuSeconds() - before > IDLE * MOMENT.toMillis() / 1e3);
            redis.configSet("hz", beats);
        }

        private double cpuSeconds() {
            return Pattern.compile("used_cpu_(?:sys|user):([0-9.]+)")
                    .matcher(redis.info("cpu"))
                    .results()
                    .mapToDouble(used -> Double.parseDouble(used.group(1)))
                    .sum();
        }

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
                pause(Duration.ofMillis(20));
                left = redis.dbsize();
            }
            double seconds = (System.nanoTime() - began) / 1e9;
            return (all - left) / (double) all * crowded.sessions() / seconds;
        }

        private static void pause(Duration length) {
            try {
                Thread.sleep(length.toMillis());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw CannotMeasureException.because("Interrupted.", "Start again.", e);
            }
        }
    }

    /** PostgreSQL is told to: by the store's own purge, a thousand at once. */
    record InPostgresql(DatabaseServer server, String database, SessionStore store) implements Room {
        /** What it does by itself it does beside, and for the small crowd as for the large one. */
        @Override
        public void settle(Duration within) {}

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
