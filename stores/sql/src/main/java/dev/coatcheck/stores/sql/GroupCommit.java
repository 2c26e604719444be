package dev.coatcheck.stores.sql;

import dev.coatcheck.store.StoreUnavailableException;
import dev.coatcheck.stores.sql.Engine.Urgency;
import java.lang.System.Logger.Level;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The one writer of a SQLite database. Whatever waits while a commit is being synced goes into the next one together: a
 * savepoint per member, results released after the commit. A member that fails loses its savepoint alone; a commit that
 * fails fails all its members.
 */
final class GroupCommit implements AutoCloseable {
    /** How many may wait, of each urgency. */
    static final int CAPACITY = 1_000;

    private static final System.Logger LOG = System.getLogger(GroupCommit.class.getName());
    private static final int MOST_AT_ONCE = 200;

    private final Statements sql;
    private final Duration patience;
    private final int capacity;
    private final Thread writer;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition work = lock.newCondition();
    private final Deque<Member<?>> urgent = new ArrayDeque<>();
    private final Deque<Member<?>> ordinary = new ArrayDeque<>();
    private boolean closing;

    /** @param patience how long a caller waits for its commit */
    GroupCommit(Statements sql, String name, int capacity, Duration patience) {
        this.sql = sql;
        this.capacity = capacity;
        this.patience = patience;
        this.writer = new Thread(this::writeUntilClosed, name);
        writer.setDaemon(true);
    }

    void start() {
        writer.start();
    }

    <T> T write(String operation, Urgency urgency, SqlWork<T> step) {
        if (Thread.currentThread() == writer) {
            throw new IllegalStateException(operation + " would wait for itself: a write can't start another one");
        }
        Member<T> member = new Member<>(operation, step);
        enqueue(member, urgency == Urgency.FIRST ? urgent : ordinary);
        return member.await(patience);
    }

    private void enqueue(Member<?> member, Deque<Member<?>> queue) {
        lock.lock();
        try {
            if (closing) {
                throw StoreUnavailableException.closed(member.operation);
            }
            if (queue.size() >= capacity) {
                throw StoreUnavailableException.overloaded(member.operation);
            }
            queue.add(member);
            work.signal();
        } finally {
            lock.unlock();
        }
    }

    /** How many wait for the next commit. */
    int waiting() {
        lock.lock();
        try {
            return urgent.size() + ordinary.size();
        } finally {
            lock.unlock();
        }
    }

    boolean isClosing() {
        lock.lock();
        try {
            return closing;
        } finally {
            lock.unlock();
        }
    }

    private void writeUntilClosed() {
        List<Member<?>> batch = next();
        while (!batch.isEmpty()) {
            commit(batch);
            batch = next();
        }
    }

    /** What goes into the next commit, urgent members first; empty when the writer is closing and nothing waits. */
    private List<Member<?>> next() {
        lock.lock();
        try {
            while (urgent.isEmpty() && ordinary.isEmpty() && !closing) {
                work.awaitUninterruptibly();
            }
            List<Member<?>> batch = new ArrayList<>();
            while (batch.size() < MOST_AT_ONCE && !(urgent.isEmpty() && ordinary.isEmpty())) {
                batch.add(urgent.isEmpty() ? ordinary.remove() : urgent.remove());
            }
            return batch;
        } finally {
            lock.unlock();
        }
    }

    // Whatever is thrown, its callers must hear of it and the writer must go on.
    @SuppressWarnings("CatchingUnchecked")
    private void commit(List<Member<?>> batch) {
        try {
            sql.run("BEGIN IMMEDIATE");
            for (Member<?> member : batch) {
                runInSavepoint(member);
            }
            sql.run("COMMIT");
        } catch (SQLException | RuntimeException | Error e) {
            rollBack();
            batch.forEach(member -> member.lost(e));
            return;
        }
        batch.forEach(Member::release);
    }

    private void runInSavepoint(Member<?> member) throws SQLException {
        if (!member.begin()) {
            return;
        }
        sql.run("SAVEPOINT member");
        if (!member.run(sql)) {
            sql.run("ROLLBACK TO member");
        }
        sql.run("RELEASE member");
    }

    private void rollBack() {
        try {
            sql.run("ROLLBACK");
        } catch (SQLException e) {
            // SQLite has rolled back by itself after the worst errors, and then says that there is nothing to roll
            // back.
            LOG.log(Level.DEBUG, "nothing to roll back", e);
        }
    }

    /** Commits what waits, then closes the connection. */
    @Override
    public void close() throws SQLException {
        lock.lock();
        try {
            closing = true;
            work.signal();
        } finally {
            lock.unlock();
        }
        try {
            writer.join(patience.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (writer.isAlive()) {
            throw new SQLException("the writer is still busy after " + patience);
        }
        sql.close();
    }

    /** One caller's step, and what became of it. */
    private static final class Member<T> {
        private final String operation;
        private final SqlWork<T> step;
        private final AtomicBoolean taken = new AtomicBoolean();
        private final CompletableFuture<T> answer = new CompletableFuture<>();
        private Runnable release = () -> {};

        Member(String operation, SqlWork<T> step) {
            this.operation = operation;
            this.step = step;
        }

        /** False when the caller has given up: then nothing happens. */
        boolean begin() {
            return taken.compareAndSet(false, true);
        }

        /** Whether the step may stay. */
        // Anything at all that the step throws is its caller's, not the writer's.
        @SuppressWarnings("CatchingUnchecked")
        boolean run(Statements sql) {
            try {
                T result = step.on(sql);
                release = () -> answer.complete(result);
                return true;
            } catch (Exception | Error e) {
                release = () -> answer.completeExceptionally(e);
                return false;
            }
        }

        void release() {
            release.run();
        }

        void lost(Throwable why) {
            answer.completeExceptionally(StoreUnavailableException.during(operation, why));
        }

        T await(Duration patience) {
            try {
                return answer.get(patience.toMillis(), TimeUnit.MILLISECONDS);
            } catch (ExecutionException e) {
                throw thrown(e.getCause());
            } catch (TimeoutException e) {
                throw begin() ? StoreUnavailableException.overloaded(operation) : unknown(e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                begin();
                throw unknown(e);
            }
        }

        private RuntimeException thrown(@Nullable Throwable cause) {
            if (cause instanceof Error error) {
                throw error;
            }
            return cause instanceof RuntimeException known
                    ? known
                    : unknown(cause == null ? new IllegalStateException("no cause") : cause);
        }

        private StoreUnavailableException unknown(Throwable why) {
            return StoreUnavailableException.during(operation, why);
        }
    }
}
