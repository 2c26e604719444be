package dev.coatcheck.bench;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What a server without a session layer asks of a store for one request: one call through the same driver, by key, on a
 * record of about a session's size.
 */
interface StoreCall extends AutoCloseable {
    /** What a record holds beside user and note, so that as many bytes travel as for a session. */
    String PADDING = "x".repeat(320);

    /** Opens the store and writes a record for each user. */
    static StoreCall open(StoreKind kind, String url, int users) {
        return switch (kind) {
            case MEMORY -> new InMap(users);
            case SQLITE -> SqliteCall.open(url, users);
            case REDIS -> RedisCall.open(url, users);
            case POSTGRESQL, MARIADB -> PooledCall.open(url, users);
        };
    }

    /** Whose record it is, read from the store. */
    String user(String key);

    /** The note, read from the store. */
    String noted(String key);

    /** Writes the note. */
    void note(String key, String note);

    @Override
    void close();

    /** A write is two calls, one after the other: whose record it is, and then the note. */
    record LookingFirst(StoreCall call) implements StoreCall {
        @Override
        public String user(String key) {
            return call.user(key);
        }

        @Override
        public String noted(String key) {
            return call.noted(key);
        }

        @Override
        public void note(String key, String note) {
            if (!call.user(key).equals(key)) {
                throw new IllegalStateException("the record of " + key + " is somebody else's");
            }
            call.note(key, note);
        }

        @Override
        public void close() {
            call.close();
        }
    }

    /** A map in the server's own memory. */
    final class InMap implements StoreCall {
        private record Entry(String user, String note) {}

        private final Map<String, Entry> entries = new ConcurrentHashMap<>();

        InMap(int users) {
            for (int i = 0; i < users; i++) {
                entries.put(Note.name(i), new Entry(Note.name(i), Note.text(0)));
            }
        }

        @Override
        public String user(String key) {
            return entry(key).user();
        }

        @Override
        public String noted(String key) {
            return entry(key).note();
        }

        @Override
        public void note(String key, String note) {
            entries.put(key, new Entry(entry(key).user(), note));
        }

        private Entry entry(String key) {
            Entry known = entries.get(key);
            if (known == null) {
                throw new IllegalArgumentException("nobody is called " + key);
            }
            return known;
        }

        @Override
        public void close() {}
    }
}
