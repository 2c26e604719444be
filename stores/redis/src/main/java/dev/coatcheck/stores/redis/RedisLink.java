package dev.coatcheck.stores.redis;

import dev.coatcheck.store.StoreUnavailableException;
import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.RedisException;
import io.lettuce.core.RedisNoScriptException;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.protocol.CommandArgs;
import io.lettuce.core.protocol.CommandType;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

/**
 * Sends commands and waits for their answers, for a bounded time. Whatever goes wrong is a
 * {@link StoreUnavailableException}.
 *
 * <p>Nothing is ever sent twice by itself: the outcome of a command whose answer got lost is unknown, and only the caller
 * knows whether doing it again is right. The one exception is a script that the server said it doesn't know, and so has
 * not run.
 */
final class RedisLink implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(RedisSessionStore.class.getName());

    private final Wire wire;
    private final Duration timeout;
    private volatile boolean closed;

    RedisLink(Wire wire, Duration timeout) {
        this.wire = wire;
        this.timeout = timeout;
    }

    Wire wire() {
        return wire;
    }

    /** All fields of a hash. Something else under this key has a single one that no record has. */
    CompletionStage<Map<String, String>> fields(String key) {
        return sent(() -> wire.commands()
                .dispatch(CommandType.HGETALL, new RecordOutput(), new CommandArgs<>(TextCodec.UTF8).addKey(key)));
    }

    /** Runs a script on the server that has the key. */
    CompletionStage<List<Object>> run(Script script, String key, List<String> args) {
        String[] keys = {key};
        String[] values = args.toArray(String[]::new);
        return sent(() -> wire.commands().<List<Object>>evalsha(script.sha1(), ScriptOutputType.MULTI, keys, values))
                .exceptionallyCompose(failure -> cause(failure) instanceof RedisNoScriptException
                        ? wire.commands().eval(script.text(), ScriptOutputType.MULTI, keys, values)
                        : CompletableFuture.failedStage(failure));
    }

    /** What can't be sent at all is an answer as well. */
    private static <T> CompletionStage<T> sent(Supplier<? extends CompletionStage<T>> command) {
        try {
            return command.get();
        } catch (RuntimeException e) {
            return CompletableFuture.failedStage(e);
        }
    }

    /** Teaches the servers the scripts; what does not arrive is taught when it is first run. */
    void load(Script... scripts) {
        List<CompletionStage<String>> loads = new ArrayList<>();
        for (Script script : scripts) {
            loads.add(wire.commands().scriptLoad(script.text()));
        }
        try {
            awaitAll("loading scripts", loads);
        } catch (StoreUnavailableException e) {
            LOG.log(Level.DEBUG, "the scripts are sent when they are first run", e);
        }
    }

    /** The answer, or a {@link StoreUnavailableException} once the time is up. */
    <T> T await(String operation, CompletionStage<T> answer) {
        return await(operation, answer, timeout);
    }

    <T> T await(String operation, CompletionStage<T> answer, Duration patience) {
        CompletableFuture<T> future = answer.toCompletableFuture();
        try {
            T value = future.get(patience.toNanos(), TimeUnit.NANOSECONDS);
            wire.answered();
            return value;
        } catch (ExecutionException e) {
            throw unavailable(operation, cause(e));
        } catch (TimeoutException e) {
            future.cancel(true);
            wire.unanswered();
            throw StoreUnavailableException.during(operation, new TimeoutException("no answer within " + patience));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw StoreUnavailableException.during(operation, e);
        }
    }

    /** All answers, in the order of the questions, which are under way together. */
    <T> List<T> awaitAll(String operation, List<? extends CompletionStage<T>> answers) {
        CompletableFuture<?>[] all =
                answers.stream().map(CompletionStage::toCompletableFuture).toArray(CompletableFuture<?>[]::new);
        await(operation, CompletableFuture.allOf(all));
        return answers.stream()
                .map(answer -> answer.toCompletableFuture().join())
                .toList();
    }

    /** What the server's clock says. */
    Instant serverTime() {
        List<String> time = await("server time", sent(() -> wire.commands().time()));
        return Instant.ofEpochSecond(Long.parseLong(time.get(0)), Long.parseLong(time.get(1)) * 1000);
    }

    /** The same over a connection of its own, which closes with this one. */
    RedisLink beside() {
        return new RedisLink(wire.beside(), timeout);
    }

    void refuseWhenClosed(String operation) {
        if (closed) {
            throw StoreUnavailableException.closed(operation);
        }
    }

    private StoreUnavailableException unavailable(String operation, Throwable cause) {
        if (closed) {
            return StoreUnavailableException.closed(operation);
        }
        if (cause instanceof RedisException
                && String.valueOf(cause.getMessage()).contains("Commands are not accepted until")) {
            return StoreUnavailableException.overloaded(operation);
        }
        if (cause instanceof RedisCommandExecutionException
                && String.valueOf(cause.getMessage()).contains("READONLY")) {
            wire.misled();
        }
        return StoreUnavailableException.during(operation, cause);
    }

    private static Throwable cause(Throwable failure) {
        Throwable cause = failure;
        while ((cause instanceof CompletionException || cause instanceof ExecutionException)
                && cause.getCause() != null) {
            cause = cause.getCause();
        }
        return cause;
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            wire.close();
        }
    }
}
