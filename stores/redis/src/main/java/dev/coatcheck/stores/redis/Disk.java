package dev.coatcheck.stores.redis;

import io.lettuce.core.SetArgs;
import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import io.lettuce.core.output.ArrayOutput;
import io.lettuce.core.protocol.CommandArgs;
import io.lettuce.core.protocol.ProtocolKeyword;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Waits until the server has synced what was written so far ({@code WAITAOF}), which takes up to a second or two with
 * {@code appendfsync everysec}.
 *
 * <p>The wait blocks a connection of its own, and all who ask while one wait is under way share the next one. The command
 * counts the writes of its own connection: a small write before it puts everybody's earlier writes in front.
 */
final class Disk {
    private static final Duration PATIENCE = Duration.ofSeconds(4);
    private static final System.Logger LOG = System.getLogger(RedisSessionStore.class.getName());
    private static final ProtocolKeyword WAITAOF = new WaitAof();
    private static final String MARK = ":synced";

    private final RedisLink link;
    private final String mark;
    private CompletableFuture<Void> next = new CompletableFuture<>();
    private int joined;
    private boolean busy;

    /** @param link over a connection that nobody else uses */
    Disk(RedisLink link, String prefix) {
        this.link = link;
        this.mark = prefix + MARK;
    }

    /** Everything that was acknowledged before is on the disk when this returns. */
    void await(String operation) {
        link.await(operation + " to reach the disk", joinNext(), PATIENCE);
    }

    /** A copy, so that one who gives up does not give up for the others. */
    private CompletableFuture<Void> joinNext() {
        CompletableFuture<Void> mine;
        boolean idle;
        synchronized (this) {
            joined++;
            mine = next.copy();
            idle = !busy;
            busy = true;
        }
        if (idle) {
            sync();
        }
        return mine;
    }

    private void sync() {
        CompletableFuture<Void> round;
        synchronized (this) {
            round = next;
            next = new CompletableFuture<>();
            joined = 0;
        }
        var unused = synced().whenComplete((count, failure) -> {
            complete(round, count, failure);
            boolean more;
            synchronized (this) {
                more = joined > 0;
                busy = more;
            }
            if (more) {
                sync();
            }
        });
    }

    private static void complete(
            CompletableFuture<Void> round, @Nullable List<Object> count, @Nullable Throwable failure) {
        if (failure != null && String.valueOf(failure.getMessage()).contains("appendonly is disabled")) {
            LOG.log(Level.WARNING, "Redis has no append-only file any more: a crash may bring ended sessions back");
            round.complete(null);
        } else if (failure != null) {
            round.completeExceptionally(failure);
        } else if (count == null || count.get(0).equals(0L)) {
            round.completeExceptionally(new IllegalStateException("the server did not sync within " + PATIENCE));
        } else {
            round.complete(null);
        }
    }

    private CompletableFuture<List<Object>> synced() {
        try {
            RedisClusterAsyncCommands<String, String> commands = link.wire().commands();
            CompletableFuture<String> marked =
                    commands.set(mark, "", SetArgs.Builder.px(1_000)).toCompletableFuture();
            CompletableFuture<List<Object>> waited = commands.dispatch(
                            WAITAOF,
                            new ArrayOutput<>(TextCodec.UTF8),
                            new CommandArgs<>(TextCodec.UTF8).add(1).add(0).add(PATIENCE.toMillis()))
                    .toCompletableFuture();
            return marked.thenCompose(ok -> waited);
        } catch (RuntimeException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    /** Not among the client library's own commands. */
    private static final class WaitAof implements ProtocolKeyword {
        @Override
        public byte[] getBytes() {
            return toString().getBytes(StandardCharsets.US_ASCII);
        }

        @Override
        public String toString() {
            return "WAITAOF";
        }
    }
}
