package dev.coatcheck.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Stream;

/**
 * The CPU time of a process and of its children, those that ended included where the system tells (Linux). Its steps are 10
 * ms wide: fine over seconds, useless for single requests.
 */
record Cpu(long pid) {
    private static final long TICKS_PER_SECOND = 100;

    /** What was used since the process began. */
    long micros() {
        return ProcessHandle.of(pid)
                .map(process -> Stream.concat(Stream.of(process), process.descendants())
                        .mapToLong(Cpu::ofOne)
                        .sum())
                .orElse(0L);
    }

    /**
     * The same of the threads that compile Java code, if it is a HotSpot process: a part of {@link #micros}. Threads that ended
     * are not in it; 0 where the system does not tell.
     */
    long compilerMicros() {
        try (Stream<Path> threads = Files.list(Path.of("/proc", Long.toString(pid), "task"))) {
            return threads.mapToLong(Cpu::ofCompiler).sum();
        } catch (IOException | UncheckedIOException noProc) {
            return 0;
        }
    }

    private static long ofCompiler(Path thread) {
        try {
            // Of "C2 CompilerThread0" the system keeps 15 characters.
            return Files.readString(thread.resolve("comm")).contains("CompilerThre")
                    ? ticks(thread.resolve("stat"), 11, 13)
                    : 0;
        } catch (IOException ended) {
            return 0;
        }
    }

    private static long ofOne(ProcessHandle process) {
        Path stat = Path.of("/proc", Long.toString(process.pid()), "stat");
        try {
            return ticks(stat, 11, 15);
        } catch (IOException noProc) {
            return process.info().totalCpuDuration().orElse(Duration.ZERO).toNanos() / 1_000;
        }
    }

    /** The sum of some of the times, in microseconds. */
    private static long ticks(Path stat, int from, int to) throws IOException {
        String text = Files.readString(stat);
        // The name before it may hold spaces; then utime, stime, cutime and cstime are fields 12 to 15.
        String[] fields = text.substring(text.lastIndexOf(')') + 2).split(" ", -1);
        long ticks = 0;
        for (int i = from; i < to; i++) {
            ticks += Long.parseLong(fields[i]);
        }
        return ticks * (1_000_000 / TICKS_PER_SECOND);
    }
}
