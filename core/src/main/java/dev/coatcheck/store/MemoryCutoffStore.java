package dev.coatcheck.store;

import dev.coatcheck.session.UserId;
import dev.coatcheck.token.SessionId;
import java.time.Instant;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Lines in this process's memory, for tests and for development: a restart forgets them, and what they had cut off is good again.
 *
 * <p>Bounded: none is given up for another, so with {@code maxLines} a draw of one more throws
 * {@link StoreUnavailableException} until {@link #purge} has made room.
 */
public final class MemoryCutoffStore implements CutoffStore {
    /** How many lines a store keeps unless told otherwise: some 200 MB of heap. */
    public static final int DEFAULT_MAX_LINES = 1_000_000;

    private final int maxLines;
    private final Map<UserId, CutoffLine> users = new HashMap<>();
    private final Map<SessionId, CutoffLine> sessions = new HashMap<>();
    private boolean closed;

    /** A store of at most {@link #DEFAULT_MAX_LINES}. */
    public MemoryCutoffStore() {
        this(DEFAULT_MAX_LINES);
    }

    /** A store of at most this many lines. @throws IllegalArgumentException when that is less than 1 */
    public MemoryCutoffStore(int maxLines) {
        if (maxLines < 1) {
            throw new IllegalArgumentException("lines in memory: at least 1, not " + maxLines);
        }
        this.maxLines = maxLines;
    }

    @Override
    public synchronized void draw(UserId user, CutoffLine line) {
        draw(users, user, line);
    }

    @Override
    public synchronized void draw(SessionId session, CutoffLine line) {
        draw(sessions, session, line);
    }

    private <K> void draw(Map<K, CutoffLine> lines, K key, CutoffLine line) {
        refuseWhenClosed("draw a line");
        if (!lines.containsKey(key) && users.size() + sessions.size() >= maxLines) {
            throw StoreUnavailableException.overloaded("draw a line: it keeps " + maxLines + " lines in memory");
        }
        lines.merge(key, line, CutoffLine::later);
    }

    @Override
    public synchronized CutoffLines find(SessionId session, Optional<UserId> user) {
        refuseWhenClosed("find lines");
        return new CutoffLines(user.map(users::get), Optional.ofNullable(sessions.get(session)));
    }

    @Override
    public synchronized int purge(Instant keptBefore, int atMost) {
        refuseWhenClosed("purge lines");
        int gone = 0;
        for (Map<?, CutoffLine> lines : List.of(users, sessions)) {
            Iterator<CutoffLine> each = lines.values().iterator();
            while (gone < atMost && each.hasNext()) {
                if (each.next().keptUntil().isBefore(keptBefore)) {
                    each.remove();
                    gone++;
                }
            }
        }
        return gone;
    }

    @Override
    public synchronized void close() {
        closed = true;
        users.clear();
        sessions.clear();
    }

    private void refuseWhenClosed(String operation) {
        if (closed) {
            throw StoreUnavailableException.closed(operation);
        }
    }
}
