package dev.coatcheck.testkit;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.IntFunction;

/**
 * Racers that start at one barrier, each on a thread of its own, and are all awaited. What one of them throws comes out
 * of the race as an {@link AssertionError} with the others' as suppressed; a race that takes more than a minute fails.
 */
public final class Race {
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    private Race() {}

    /** Runs them all at once. @return their results in the order of the racers */
    @SafeVarargs
    public static <T> List<T> between(Callable<? extends T>... racers) {
        return of(racers.length, i -> racers[i]);
    }

    /** Runs as many racers at once, made by their number from 0. @return their results in that order */
    public static <T> List<T> of(int racers, IntFunction<? extends Callable<? extends T>> racer) {
        CyclicBarrier start = new CyclicBarrier(racers);
        List<FutureTask<T>> tasks = new ArrayList<>();
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < racers; i++) {
            Callable<? extends T> run = racer.apply(i);
            FutureTask<T> task = new FutureTask<>(() -> {
                start.await(PATIENCE.toSeconds(), TimeUnit.SECONDS);
                return run.call();
            });
            tasks.add(task);
            Thread thread = new Thread(task, "racer-" + i);
            thread.setDaemon(true);
            threads.add(thread);
        }
        threads.forEach(Thread::start);
        return results(tasks, threads);
    }

    private static <T> List<T> results(List<FutureTask<T>> tasks, List<Thread> threads) {
        long end = System.nanoTime() + PATIENCE.toNanos();
        List<T> results = new ArrayList<>();
        List<Throwable> failures = new ArrayList<>();
        for (int i = 0; i < tasks.size(); i++) {
            try {
                results.add(tasks.get(i).get(end - System.nanoTime(), TimeUnit.NANOSECONDS));
            } catch (ExecutionException e) {
                failures.add(e.getCause());
            } catch (TimeoutException e) {
                failures.add(stuck(threads.get(i)));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                failures.add(e);
                break;
            }
        }
        if (failures.isEmpty()) {
            return results;
        }
        threads.forEach(Thread::interrupt);
        AssertionError error = new AssertionError("a racer failed: " + failures.get(0), failures.get(0));
        failures.stream().skip(1).forEach(error::addSuppressed);
        throw error;
    }

    private static Throwable stuck(Thread thread) {
        TimeoutException where = new TimeoutException(thread.getName() + " did not come back in " + PATIENCE);
        where.setStackTrace(thread.getStackTrace());
        return where;
    }
}
