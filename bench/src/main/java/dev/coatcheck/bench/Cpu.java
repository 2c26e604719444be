package dev.coatcheck.bench;

import java.io.IOException;
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

    private static long ofOne(ProcessHandle process) {
        Path stat = Path.of("/proc", Long.toString(process.pid()), "stat");
        try {
            String text = Files.readString(stat);
            // The name before it may hold spaces; then utime, stime, cutime and cstime are fields 12 to 15.
            String[] fields = text.substring(text.lastIndexOf(')') + 2).split(" ", -1);
            long ticks = 0;
            for (int i = 11; i < 15; i++) {
                ticks += Long.parseLong(fields[i]);
            }
            return ticks * (1_000_000 / TICKS_PER_SECOND);
        } catch (IOException noProc) {
            return process.info().totalCpuDuration().orElse(Duration.ZERO).toNanos() / 1_000;
        }
    }
}
