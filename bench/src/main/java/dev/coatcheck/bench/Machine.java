package dev.coatcheck.bench;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Map;

/** Where and when figures were made. */
final class Machine {
    private Machine() {}

    /** As members of a JSON object. */
    static Map<String, Object> described(Instant now) {
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("at", now.truncatedTo(ChronoUnit.SECONDS).toString());
        members.put(
                "system",
                System.getProperty("os.name") + " " + System.getProperty("os.version") + " "
                        + System.getProperty("os.arch"));
        members.put("processor", processor());
        members.put("processors", Runtime.getRuntime().availableProcessors());
        members.put("loadAverageBefore", loadAverage());
        return members;
    }

    /** Of the last minute; above the number of processors, others were at work too. */
    static double loadAverage() {
        return ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage();
    }

    private static String processor() {
        try {
            return Files.readAllLines(Path.of("/proc/cpuinfo")).stream()
                    .filter(line -> line.startsWith("model name"))
                    .map(line -> line.replaceFirst("[^:]*:\\s*", ""))
                    .findFirst()
                    .orElse("unknown");
        } catch (IOException e) {
            return "unknown";
        }
    }
}
