package dev.coatcheck.stores.sql;

import static org.assertj.core.api.Assertions.assertThat;

import dev.coatcheck.store.EndReason;
import dev.coatcheck.store.SessionStore;
import dev.coatcheck.store.StoredSession;
import dev.coatcheck.store.StoredSession.Ending;
import dev.coatcheck.testkit.Rounds;
import dev.coatcheck.token.SessionId;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * What was acknowledged survives kill -9: 3 rounds, or 20 in a thorough run. That is not yet a power cut, so the other
 * test shows that every acknowledgement comes after a sync of the log.
 */
@Timeout(value = 10, unit = TimeUnit.MINUTES)
class CrashTest {
    private static final Pattern LINE = Pattern.compile("(in|ending|out) ([0-9A-Za-z]{22})");
    private static final int WORKERS = 4;
    private static final int OPERATIONS = 200;

    @TempDir
    Path folder;

    @Test
    void nothingAcknowledgedIsLostOrComesBackAfterKill9() throws Exception {
        Path file = folder.resolve("coatcheck.db");
        Random random = new Random(7);
        Seen seen = new Seen();
        for (int round = 1; round <= Rounds.of(3, 20); round++) {
            int killedAfter = 20 + random.nextInt(OPERATIONS - 40);
            Process child = child(List.of(), file, WORKERS, OPERATIONS);
            int acknowledged = readUntilKilled(child, killedAfter, seen);
            assertThat(acknowledged).as("the child came as far as it was to").isGreaterThanOrEqualTo(killedAfter);
            assertThat(child.waitFor()).as("killed, not ended").isNotZero();
            check(file, seen, round);
        }
        System.out.printf(
                "kill -9: %d sign-ins and %d sign-outs acknowledged, none lost, none back%n",
                seen.in.size(), seen.out.size());
    }

    private static int readUntilKilled(Process child, int killedAfter, Seen seen) throws IOException {
        int acknowledged = 0;
        try (BufferedReader lines = child.inputReader(StandardCharsets.US_ASCII)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                Matcher parts = LINE.matcher(line);
                // The last line of a process that was killed may be half a line.
                if (parts.matches()) {
                    acknowledged += seen.note(parts.group(1), SessionId.of(parts.group(2)));
                }
                if (acknowledged == killedAfter) {
                    // Through the handle: the process itself would close the pipe with what was acknowledged last.
                    child.toHandle().destroyForcibly();
                }
            }
        }
        return acknowledged;
    }

    private static void check(Path file, Seen seen, int round) {
        try (SqlDatabase database = SqlDatabase.sqlite(file)) {
            SessionStore store = new SqlSessionStore(database);
            for (SessionId id : seen.in) {
                Optional<StoredSession> record = store.find(id);
                assertThat(record).as("round %d, signed in: %s", round, id).isPresent();
                Optional<EndReason> ended =
                        record.flatMap(StoredSession::ending).map(Ending::why);
                if (seen.out.contains(id)) {
                    assertThat(ended).as("round %d, signed out: %s", round, id).contains(EndReason.SIGNED_OUT);
                } else if (!seen.ending.contains(id)) {
                    assertThat(ended)
                            .as("round %d, still signed in: %s", round, id)
                            .isEmpty();
                    assertThat(record.orElseThrow().aliveAt(Instant.now())).isTrue();
                }
            }
            String health = database.read(
                    "check",
                    sql -> sql.first("PRAGMA integrity_check", row -> row.getString(1))
                            .orElse(""));
            assertThat(health).isEqualTo("ok");
        }
    }

    @Test
    void everyAcknowledgementComesAfterASyncOfTheLog() throws Exception {
        Assumptions.assumeTrue(
                straceWorks(),
                "strace is missing or may not trace here, so nothing was shown about syncs: install it (Debian: strace)");
        Path file = folder.resolve("coatcheck.db");
        Path trace = folder.resolve("trace.txt");
        int signIns = Rounds.of(20, 100);
        Process child = child(
                List.of("strace", "-f", "-y", "-s", "40", "-e", "trace=fsync,fdatasync,write", "-o", trace.toString()),
                file,
                1,
                signIns);
        child.inputReader(StandardCharsets.US_ASCII).lines().forEach(line -> {});
        assertThat(child.waitFor()).isZero();

        Pattern sync = Pattern.compile("f(data)?sync\\(\\d+<" + Pattern.quote(file.toString()) + "-wal>");
        int syncs = 0;
        int acknowledged = 0;
        List<String> unsynced = new ArrayList<>();
        boolean synced = false;
        for (String line : Files.readAllLines(trace, StandardCharsets.ISO_8859_1)) {
            if (sync.matcher(line).find()) {
                synced = true;
                syncs++;
            } else if (line.contains("\"in ") || line.contains("\"out ")) {
                if (!synced) {
                    unsynced.add(line);
                }
                synced = false;
                acknowledged++;
            }
        }
        assertThat(acknowledged).isEqualTo(signIns + (signIns + 1) / 2);
        assertThat(unsynced).isEmpty();
        System.out.printf("strace: %d acknowledgements, %d syncs of the log, one before each%n", acknowledged, syncs);
    }

    private static boolean straceWorks() throws InterruptedException {
        try {
            return new ProcessBuilder("strace", "-o", "/dev/null", "true")
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start()
                            .waitFor()
                    == 0;
        } catch (IOException e) {
            return false;
        }
    }

    private static Process child(List<String> before, Path file, int workers, int each) {
        List<String> command = new ArrayList<>(before);
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add("-Xmx256m");
        command.add("-cp");
        command.add(System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")));
        command.add(CrashingChild.class.getName());
        command.addAll(List.of(file.toString(), Integer.toString(workers), Integer.toString(each)));
        try {
            return new ProcessBuilder(command)
                    .redirectError(new File(file + ".err"))
                    .start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What the children have said so far, over all rounds. */
    private static final class Seen {
        private final Set<SessionId> in = new HashSet<>();
        private final Set<SessionId> ending = new HashSet<>();
        private final Set<SessionId> out = new HashSet<>();

        /** @return 1 for an acknowledgement, 0 for an announcement */
        int note(String what, SessionId id) {
            switch (what) {
                case "in" -> in.add(id);
                case "ending" -> ending.add(id);
                default -> out.add(id);
            }
            return what.equals("ending") ? 0 : 1;
        }
    }
}
