package dev.coatcheck.stores.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.coatcheck.store.StoreUnavailableException;
import dev.coatcheck.stores.sql.Engine.Urgency;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GroupCommitTest {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    @TempDir
    Path folder;

    private final ExecutorService callers = Executors.newCachedThreadPool();
    private final List<String> order = Collections.synchronizedList(new ArrayList<>());
    private final List<Gate> gates = new ArrayList<>();
    private GroupCommit writer;

    @BeforeEach
    void start() throws SQLException {
        writer = writer(4, PATIENCE);
        writer.write("setup", Urgency.ORDINARY, sql -> {
            sql.run("CREATE TABLE t (id TEXT PRIMARY KEY, parent TEXT REFERENCES t DEFERRABLE INITIALLY DEFERRED)");
            return true;
        });
    }

    private GroupCommit writer(int capacity, Duration patience) throws SQLException {
        Statements sql = new Statements(connection());
        sql.run("PRAGMA foreign_keys = ON");
        GroupCommit made = new GroupCommit(sql, "test-writer", capacity, patience);
        made.start();
        return made;
    }

    private Connection connection() throws SQLException {
        return DriverManager.getConnection("jdbc:sqlite:" + folder.resolve("a.db"));
    }

    @AfterEach
    void stop() throws SQLException {
        gates.forEach(Gate::open);
        writer.close();
        callers.shutdownNow();
    }

    @Test
    void aResultIsReleasedOnlyAfterTheCommit() throws Exception {
        Gate gate = new Gate();
        Future<String> first = add("first", Urgency.ORDINARY, "a", gate::pass);
        gate.awaitArrival();
        Gate second = new Gate();
        Future<String> a = add("second", Urgency.ORDINARY, "b", () -> null);
        waiting(1);
        Future<String> b = add("third", Urgency.ORDINARY, "c", second::pass);
        waiting(2);
        gate.open();
        assertThat(first.get()).isEqualTo("first");
        second.awaitArrival();
        assertThat(order).containsExactly("first", "second", "third");
        assertThat(a.isDone()).isFalse();
        assertThat(stored()).containsExactly("a");
        second.open();
        assertThat(a.get()).isEqualTo("second");
        assertThat(b.get()).isEqualTo("third");
        assertThat(stored()).containsExactly("a", "b", "c");
    }

    @Test
    void signOutsGoFirst() throws Exception {
        Gate gate = new Gate();
        Future<String> first = add("first", Urgency.ORDINARY, "a", gate::pass);
        gate.awaitArrival();
        List<Future<String>> waiting = new ArrayList<>();
        waiting.add(add("ordinary", Urgency.ORDINARY, "b", () -> null));
        waiting(1);
        waiting.add(add("sign-out", Urgency.FIRST, "c", () -> null));
        waiting(2);
        gate.open();
        first.get();
        for (Future<String> one : waiting) {
            one.get();
        }
        assertThat(order).containsExactly("first", "sign-out", "ordinary");
    }

    @Test
    void aMemberThatFailsTakesNobodyWithIt() throws Exception {
        Gate gate = new Gate();
        Future<String> first = add("first", Urgency.ORDINARY, "a", gate::pass);
        gate.awaitArrival();
        Future<String> good = add("good", Urgency.ORDINARY, "b", () -> null);
        waiting(1);
        Future<String> thrower = add("thrower", Urgency.ORDINARY, "c", () -> {
            throw new IllegalArgumentException("mine");
        });
        waiting(2);
        Future<String> twice = add("twice", Urgency.ORDINARY, "b", () -> null);
        waiting(3);
        Future<String> last = add("last", Urgency.ORDINARY, "d", () -> null);
        waiting(4);
        gate.open();
        assertThat(first.get()).isEqualTo("first");
        assertThat(good.get()).isEqualTo("good");
        assertThat(last.get()).isEqualTo("last");
        assertThatThrownBy(thrower::get).hasCauseInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(twice::get)
                .hasCauseInstanceOf(StoreUnavailableException.class)
                .hasMessageContaining("UNIQUE");
        assertThat(stored()).containsExactly("a", "b", "d");
    }

    @Test
    void aCommitThatFailsFailsAllItsMembersAndTheWriterGoesOn() throws Exception {
        Gate gate = new Gate();
        Future<String> first = add("first", Urgency.ORDINARY, "a", gate::pass);
        gate.awaitArrival();
        Future<String> good = add("good", Urgency.ORDINARY, "b", () -> null);
        waiting(1);
        Future<Integer> orphan = callers.submit(() ->
                writer.write("orphan", Urgency.ORDINARY, sql -> sql.update("INSERT INTO t VALUES ('c', 'nobody')")));
        waiting(2);
        gate.open();
        assertThat(first.get()).isEqualTo("first");
        for (Future<?> lost : List.of(good, orphan)) {
            assertThatThrownBy(lost::get)
                    .isInstanceOf(ExecutionException.class)
                    .hasCauseInstanceOf(StoreUnavailableException.class)
                    .hasMessageContaining("FOREIGN KEY");
        }
        assertThat(stored()).containsExactly("a");
        assertThat(add("after", Urgency.ORDINARY, "d", () -> null).get()).isEqualTo("after");
    }

    @Test
    void aFullQueueRefusesOrdinaryWorkAndStillTakesSignOuts() throws Exception {
        Gate gate = new Gate();
        Future<String> first = add("first", Urgency.ORDINARY, "a", gate::pass);
        gate.awaitArrival();
        List<Future<String>> waiting = new ArrayList<>();
        for (int i = 1; i <= 4; i++) {
            waiting.add(add("w" + i, Urgency.ORDINARY, "w" + i, () -> null));
            waiting(i);
        }
        assertThatThrownBy(() -> writer.write("fifth", Urgency.ORDINARY, sql -> 1))
                .isInstanceOf(StoreUnavailableException.class)
                .hasMessageContaining("too much to do for fifth");
        Future<String> urgent = add("sign-out", Urgency.FIRST, "u", () -> null);
        waiting(5);
        gate.open();
        assertThat(first.get()).isEqualTo("first");
        assertThat(urgent.get()).isEqualTo("sign-out");
        for (Future<String> one : waiting) {
            one.get();
        }
        assertThat(stored()).hasSize(6);
    }

    @Test
    void whoeverGaveUpBeforeTheirTurnHasWrittenNothing() throws Exception {
        GroupCommit hasty = writer(4, Duration.ofMillis(50));
        Gate gate = new Gate();
        Future<Boolean> first = callers.submit(() -> hasty.write("first", Urgency.ORDINARY, sql -> {
            call(gate::pass);
            return true;
        }));
        gate.awaitArrival();
        assertThatThrownBy(() ->
                        hasty.write("second", Urgency.ORDINARY, sql -> sql.update("INSERT INTO t VALUES ('x', null)")))
                .isInstanceOf(StoreUnavailableException.class)
                .hasMessageContaining("too much to do for second");
        assertThatThrownBy(first::get)
                .hasCauseInstanceOf(StoreUnavailableException.class)
                .hasMessageContaining("did not answer during first");
        gate.open();
        hasty.close();
        assertThat(stored()).isEmpty();
    }

    @Test
    void closingCommitsWhatWaits() throws Exception {
        Future<String> first;
        Future<String> second;
        Future<?> closing;
        Gate gate = new Gate();
        first = add("first", Urgency.ORDINARY, "a", gate::pass);
        gate.awaitArrival();
        second = add("second", Urgency.ORDINARY, "b", () -> null);
        waiting(1);
        closing = callers.submit(() -> {
            writer.close();
            return true;
        });
        while (!writer.isClosing()) {
            Thread.onSpinWait();
        }
        assertThatThrownBy(() -> writer.write("late", Urgency.FIRST, sql -> 1))
                .isInstanceOf(StoreUnavailableException.class)
                .hasMessageContaining("closed");
        gate.open();
        assertThat(first.get()).isEqualTo("first");
        assertThat(second.get()).isEqualTo("second");
        closing.get();
        assertThat(stored()).contains("a", "b");
    }

    @Test
    void aWriteWithinAWriteIsAMistakeAndNoDeadlock() {
        assertThatThrownBy(() -> writer.write(
                        "outer", Urgency.ORDINARY, sql -> writer.write("inner", Urgency.ORDINARY, other -> 1)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("inner would wait for itself");
    }

    private Future<String> add(String name, Urgency urgency, String id, Callable<?> then) {
        return callers.submit(() -> writer.write(name, urgency, sql -> {
            order.add(name);
            sql.update("INSERT INTO t VALUES (?, null)", id);
            call(then);
            return name;
        }));
    }

    private static void call(Callable<?> then) {
        try {
            then.call();
        } catch (RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    /** Until this many wait behind the gate. */
    private void waiting(int number) {
        while (writer.waiting() < number) {
            Thread.onSpinWait();
        }
    }

    private List<String> stored() throws SQLException {
        try (Statements sql = new Statements(connection())) {
            return sql.all("SELECT id FROM t ORDER BY id", row -> row.getString(1));
        }
    }

    /** Holds the writer within a member until it is opened. */
    private final class Gate {
        private final CountDownLatch arrived = new CountDownLatch(1);
        private final CountDownLatch open = new CountDownLatch(1);

        Gate() {
            gates.add(this);
        }

        Void pass() throws InterruptedException {
            arrived.countDown();
            open.await();
            return null;
        }

        void awaitArrival() throws InterruptedException {
            assertThat(arrived.await(20, TimeUnit.SECONDS)).isTrue();
        }

        void open() {
            open.countDown();
        }
    }
}
