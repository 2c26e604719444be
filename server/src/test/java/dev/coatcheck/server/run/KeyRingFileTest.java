package dev.coatcheck.server.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.coatcheck.token.KeyRing;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KeyRingFileTest {
    private static final Instant NOW = Instant.parse("2026-11-20T08:00:00.123Z");
    private static final String WRAPPING = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";
    private static final String OTHER = "BAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";

    private static final Duration HALF_A_DAY = Duration.ofHours(12);

    @TempDir
    Path folder;

    private Path file;
    private KeyRingFile keys;

    @BeforeEach
    void open() {
        file = folder.resolve("data/keys");
        keys = living(HALF_A_DAY);
    }

    @Test
    void theFirstStartMakesARingForItsOwnerAlone() throws IOException {
        KeyRing first = keys.openOrCreate(NOW);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file.getParent())))
                .isEqualTo("rwx------");
        assertThat(first.active()).isEqualTo(1);
        assertThat(mac(keys.openOrCreate(NOW))).isEqualTo(mac(first));
    }

    @Test
    void rotatingKeepsTheOldKeysAndListsThemWithoutTheirBytes() throws IOException {
        byte[] before = mac(keys.openOrCreate(NOW));
        KeyRingFile.Listed fresh = keys.rotate(NOW.plusSeconds(60));
        assertThat(fresh).isEqualTo(new KeyRingFile.Listed(2, Instant.parse("2026-11-20T08:01:00Z"), true));
        assertThat(keys.list())
                .containsExactly(new KeyRingFile.Listed(1, Instant.parse("2026-11-20T08:00:00Z"), false), fresh);
        KeyRing ring = keys.openOrCreate(NOW);
        assertThat(ring.active()).isEqualTo(2);
        assertThat(ring.mac(1, KeyRing.Use.CSRF_NONCE, new byte[1])).contains(before);
        try (Stream<Path> files = Files.list(file.getParent())) {
            assertThat(files.map(path -> path.getFileName().toString())).containsExactlyInAnyOrder("keys", "keys.lock");
        }
    }

    @Test
    void anAddedKeyIsKnownAndNothingBeginsWithItUntilItIsActivated() {
        assertThat(keys.add(NOW).active()).isTrue();
        assertThat(keys.add(NOW).active()).isFalse();
        KeyRing ring = keys.openOrCreate(NOW);
        assertThat(ring.active()).isEqualTo(1);
        assertThat(ring.numbers()).containsExactlyInAnyOrder(1, 2);
        assertThat(keys.activate(2, NOW).active()).isTrue();
        assertThat(keys.openOrCreate(NOW).active()).isEqualTo(2);
    }

    @Test
    void aKeyIsRemovedOnlyWhenNoSessionCanHaveBegunWithIt() throws IOException {
        keys.add(NOW);
        keys.add(NOW);
        keys.activate(2, NOW);
        assertThatThrownBy(() -> keys.remove(2, NOW.plus(HALF_A_DAY))).hasMessageContaining("is the active one");
        assertThatThrownBy(() -> keys.remove(1, NOW.plus(HALF_A_DAY).minusSeconds(2)))
                .hasMessageContaining("may live until 2026-11-20T20:00:00Z. Remove it then.");
        String text = Files.readString(file);
        Files.writeString(file, text.replaceAll("active 2 .*", "active 2"));
        assertThatThrownBy(() -> keys.remove(1, NOW.plus(HALF_A_DAY)))
                .hasMessageContaining("it is not known since when key 2 is the active one");
        Files.writeString(file, text);
        keys.remove(1, NOW.plus(HALF_A_DAY));
        assertThat(keys.openOrCreate(NOW).numbers()).containsExactly(2);
    }

    @Test
    void aKeyStaysForTheLongestSessionThatCanHaveBegunWithIt() {
        Duration month = Duration.ofDays(30);
        living(month).openOrCreate(NOW);
        keys.openOrCreate(NOW);
        keys.add(NOW);
        keys.activate(2, NOW);
        assertThatThrownBy(() -> keys.remove(1, NOW.plus(HALF_A_DAY)))
                .hasMessageContaining("may live until 2026-12-20T08:00:00Z. Remove it then.");
        assertThatThrownBy(() -> keys.remove(1, NOW.plus(month).minusSeconds(2)))
                .isInstanceOf(CannotStartException.class);
        keys.rotate(NOW);
        keys.remove(2, NOW.plus(HALF_A_DAY));
        keys.remove(1, NOW.plus(month));
        assertThat(keys.openOrCreate(NOW).numbers()).containsExactly(3);
    }

    @Test
    void sessionsOfTodayCountToo() {
        keys.openOrCreate(NOW);
        keys.rotate(NOW);
        KeyRingFile longer = living(HALF_A_DAY.plusHours(1));
        assertThatThrownBy(() -> longer.remove(1, NOW.plus(HALF_A_DAY)))
                .hasMessageContaining("may live until 2026-11-20T21:00:00Z");
    }

    @Test
    void whatIsNotedIsACommentToEarlierReleases() throws IOException {
        keys.openOrCreate(NOW);
        keys.rotate(NOW);
        List<String> lines = Files.readAllLines(file);
        assertThat(lines).contains("#session.absolute 1 PT12H", "#session.absolute 2 PT12H");
        assertThat(lines.stream().filter(line -> !line.startsWith("#")))
                .hasSize(4)
                .allMatch(line -> line.matches("coatcheck-keys 1 clear|active 2 \\S+Z|key [12] \\S+Z \\S+"));
        Files.write(file, lines.stream().filter(line -> !line.startsWith("#")).toList());
        keys.remove(1, NOW.plus(HALF_A_DAY));
    }

    @Test
    void aRingThatCantBeWrittenIsStillUsed() throws IOException {
        byte[] mac = mac(keys.openOrCreate(NOW));
        String text = Files.readString(file);
        Files.createDirectories(file.resolveSibling("keys.new/in-the-way"));
        assertThat(mac(living(Duration.ofDays(30)).openOrCreate(NOW))).isEqualTo(mac);
        assertThat(Files.readString(file)).isEqualTo(text);
    }

    @Test
    void aFirstStartThatCannotRenameLeavesNoCopyOfTheKeysBehind() {
        assertThatThrownBy(
                        () -> KeyRingFile.at(file, HALF_A_DAY, new InTheWay()).openOrCreate(NOW))
                .isInstanceOf(CannotStartException.class)
                .hasMessageContaining("can't be written");
        assertThat(file.resolveSibling("keys.new")).doesNotExist();
    }

    @Test
    void aStartThatCannotRenameGoesOnWithTheRingAndLeavesNoCopyOfTheKeysBehind() {
        byte[] mac = mac(keys.wrappedBy(WRAPPING).openOrCreate(NOW));
        KeyRingFile longer =
                KeyRingFile.at(file, Duration.ofDays(30), new InTheWay()).wrappedBy(WRAPPING);
        assertThat(mac(longer.openOrCreate(NOW))).isEqualTo(mac);
        assertThat(file).isDirectory();
        assertThat(file.resolveSibling("keys.new")).doesNotExist();
    }

    @Test
    void aCommandThatCannotRenameLeavesNoCopyOfTheKeysBehind() {
        keys.openOrCreate(NOW);
        assertThatThrownBy(
                        () -> KeyRingFile.at(file, HALF_A_DAY, new InTheWay()).rotate(NOW))
                .isInstanceOf(CannotStartException.class)
                .hasMessageContaining("can't be written");
        assertThat(file.resolveSibling("keys.new")).doesNotExist();
    }

    /**
     * Once the ring is read, and before it is written, a folder takes its place: nothing can be renamed over it, not by root
     * either.
     */
    private final class InTheWay extends SecureRandom {
        private static final long serialVersionUID = 1L;

        @Override
        public void nextBytes(byte[] bytes) {
            super.nextBytes(bytes);
            try {
                if (!Files.isDirectory(file)) {
                    Files.deleteIfExists(file);
                    Files.createDirectories(file.resolve("something"));
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    @Test
    void aRingThatWasMadeReadOnlyIsLeftSoByAStart() throws IOException {
        keys.openOrCreate(NOW);
        String text = Files.readString(file);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("r--------"));
        living(Duration.ofDays(30)).openOrCreate(NOW);
        assertThat(Files.readString(file)).isEqualTo(text);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("r--------");
    }

    @Test
    void whatPeopleWroteInCommentsStays() throws IOException {
        keys.openOrCreate(NOW);
        List<String> ours = List.of(
                "# of the spring",
                "#session.absolute was never longer",
                "#session.absolute 1 never",
                "#session.absolute x PT9H");
        Files.write(file, ours, StandardOpenOption.APPEND);
        living(Duration.ofDays(30)).openOrCreate(NOW);
        keys.rotate(NOW);
        assertThat(Files.readAllLines(file)).containsOnlyOnceElementsOf(ours).contains("#session.absolute 1 PT720H");
        assertThat(Files.readAllLines(file).stream().filter(line -> line.startsWith("# Secret")))
                .hasSize(1);
    }

    @Test
    void aLinkStaysOne() throws IOException {
        keys.openOrCreate(NOW);
        Path link = Files.createSymbolicLink(folder.resolve("link"), file);
        KeyRingFile.at(link, HALF_A_DAY, new SecureRandom()).rotate(NOW);
        assertThat(link).isSymbolicLink();
        assertThat(keys.openOrCreate(NOW).active()).isEqualTo(2);
    }

    @Test
    void aFileThatOthersMayReadIsRefused() throws IOException {
        keys.openOrCreate(NOW);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));
        refused(keys, "is open to others (rw-r-----). Close it: chmod 600 ");
    }

    @Test
    void aWrappedFileHoldsNoKeyInClear() throws IOException {
        KeyRingFile wrapped = keys.wrappedBy(WRAPPING);
        byte[] mac = mac(wrapped.openOrCreate(NOW));
        assertThat(mac(wrapped.openOrCreate(NOW))).isEqualTo(mac);
        assertThat(Files.readString(file)).startsWith("coatcheck-keys 1 aes-256-gcm\n");
        refused(keys, "is encrypted, and there is no key for it. Set the environment variable");
        refused(keys.wrappedBy(OTHER), "can't be decrypted with COATCHECK_KEYS_WRAPPING_KEY");
    }

    @Test
    void aWrappedKeyCannotBeMovedToAnotherNumber() throws IOException {
        KeyRingFile wrapped = keys.wrappedBy(WRAPPING);
        wrapped.openOrCreate(NOW);
        Files.writeString(
                file, Files.readString(file).replace("key 1 ", "key 7 ").replace("active 1", "active 7"));
        refused(wrapped, "Key 7 in ");
    }

    @Test
    void aClearFileIsRefusedWhereAWrappedOneIsWanted() {
        keys.openOrCreate(NOW);
        refused(keys.wrappedBy(WRAPPING), "is not encrypted, and COATCHECK_KEYS_WRAPPING_KEY says it should be");
    }

    @Test
    void aDamagedFileIsRefusedWithoutQuotingIt() throws IOException {
        keys.openOrCreate(NOW);
        String whole = Files.readString(file);
        for (String broken : List.of(
                "",
                "coatcheck-keys 1 clear\n",
                "coatcheck-keys 1 clear\nactive 1\n",
                whole.replace("active 1", "active 2"),
                whole.replaceAll("active 1.*\n", ""),
                whole.replaceAll("active 1.*\n", "active 1 yesterday\n"),
                whole.replaceAll("active 1 ", "active 1 1 "),
                whole.replace("key 1 ", "key x "),
                whole.replace("key 1 ", "key 1 1 "),
                whole.replace("key 1 ", "key 70000 "),
                whole.replace("2026", "never"),
                whole
                        + whole.lines()
                                .filter(line -> line.startsWith("key"))
                                .findFirst()
                                .orElseThrow(),
                whole.substring(0, whole.indexOf("\n#session") - 10),
                "key 1 ä")) {
            Files.writeString(file, broken);
            assertThatThrownBy(() -> keys.openOrCreate(NOW))
                    .as(broken)
                    .isInstanceOf(CannotStartException.class)
                    .hasMessageContaining("is damaged at line")
                    .hasMessageNotContaining("never");
        }
        Files.writeString(file, whole.replace("coatcheck-keys 1", "coatcheck-keys 2"));
        refused(keys, "was written by a newer release");
    }

    @Test
    void manyFirstStartsMakeOneRing() throws Exception {
        ExecutorService starts = Executors.newFixedThreadPool(4);
        try {
            List<Future<byte[]>> rings = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                Callable<byte[]> start = () -> mac(keys.openOrCreate(NOW));
                rings.add(starts.submit(start));
            }
            byte[] first = rings.get(0).get();
            for (Future<byte[]> ring : rings) {
                assertThat(ring.get()).isEqualTo(first);
            }
        } finally {
            starts.shutdownNow();
        }
    }

    /** The ring's file where a session lives so long. */
    private KeyRingFile living(Duration longestSession) {
        return KeyRingFile.at(file, longestSession, new SecureRandom());
    }

    private static void refused(KeyRingFile keys, String message) {
        assertThatThrownBy(() -> keys.openOrCreate(NOW))
                .isInstanceOf(CannotStartException.class)
                .hasMessageContaining(message);
    }

    private static byte[] mac(KeyRing ring) {
        return ring.mac(1, KeyRing.Use.CSRF_NONCE, new byte[1]).orElseThrow();
    }
}
