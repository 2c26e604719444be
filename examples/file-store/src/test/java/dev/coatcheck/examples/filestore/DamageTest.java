package dev.coatcheck.examples.filestore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.coatcheck.session.UserId;
import dev.coatcheck.store.Created;
import dev.coatcheck.store.Cutoff;
import dev.coatcheck.store.EndReason;
import dev.coatcheck.store.PerUserLimit;
import dev.coatcheck.store.StoreUnavailableException;
import dev.coatcheck.store.StoredSession;
import dev.coatcheck.testkit.Sessions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the contract can't see: what a crash or another hand leaves in the folder. */
class DamageTest {
    private static final Instant NOW = Instant.parse("2026-11-02T12:00:00Z");

    @TempDir
    Path folder;

    private final UserId user = Sessions.user();
    private FileSessionStore store;

    @BeforeEach
    void open() throws IOException {
        store = FileSessionStore.open(folder);
    }

    @AfterEach
    void close() {
        store.close();
    }

    @Test
    void aRecordThatCannotBeReadIsAbsentAndItsIdIsUsedUp() throws IOException {
        for (String damage : List.of("{\"format\":1,\"id\":", "", "[]", "{\"format\":2}")) {
            StoredSession session = Sessions.of(user, NOW).build();
            store.create(session, PerUserLimit.DEFAULT);
            Path file = folder.resolve(session.id() + ".session");
            Files.writeString(file, damage);
            assertThat(store.find(session.id())).as(damage).isEmpty();
            assertThat(store.list(user, Optional.empty(), 10, NOW).items()).isEmpty();
            assertThat(store.create(session, PerUserLimit.DEFAULT)).isEqualTo(new Created.Taken());
            assertThat(store.purge(session.deadline().plusSeconds(1), 10)).isZero();
            assertThat(Files.readString(file)).isEqualTo(damage);
        }
    }

    @Test
    void aCrashInTheMiddleOfAWriteLeavesTheRecordAsItWas() throws IOException {
        StoredSession session = Sessions.of(user, NOW).attribute("a", "1").build();
        store.create(session, PerUserLimit.DEFAULT);
        store.close();
        Files.writeString(folder.resolve("draft"), "{\"format\":1,\"id\":\"" + session.id());
        store = FileSessionStore.open(folder);
        assertThat(store.find(session.id())).contains(session);
        assertThat(store.end(session.id(), EndReason.SIGNED_OUT, NOW)).isTrue();
    }

    @Test
    void nobodySignsInBehindALineThatCannotBeRead() throws IOException {
        store.endAll(user, Cutoff.everything(NOW), EndReason.ACCOUNT_CHANGED, NOW);
        try (Stream<Path> files = Files.list(folder)) {
            Path line = files.filter(file -> file.toString().endsWith(".cutoff"))
                    .findFirst()
                    .orElseThrow();
            Files.writeString(line, "{");
        }
        StoredSession late = Sessions.of(user, NOW).build();
        assertThatThrownBy(() -> store.create(late, PerUserLimit.DEFAULT))
                .isInstanceOf(StoreUnavailableException.class);
    }

    @Test
    void aFolderBelongsToOneStore() {
        assertThatThrownBy(() -> FileSessionStore.open(folder).close())
                .isInstanceOf(IOException.class)
                .hasMessageContaining("take another folder");
    }
}
