package dev.coatcheck.stores.tests;

import static dev.coatcheck.stores.tests.RecordedSessions.ANN;
import static dev.coatcheck.stores.tests.RecordedSessions.BUSY;
import static dev.coatcheck.stores.tests.RecordedSessions.CUT_OFF;
import static dev.coatcheck.stores.tests.RecordedSessions.ENDED;
import static dev.coatcheck.stores.tests.RecordedSessions.LINE;
import static dev.coatcheck.stores.tests.RecordedSessions.NOW;
import static dev.coatcheck.stores.tests.RecordedSessions.PLAIN;
import static dev.coatcheck.stores.tests.RecordedSessions.VISITOR;
import static org.assertj.core.api.Assertions.assertThat;

import dev.coatcheck.store.Changed;
import dev.coatcheck.store.Created;
import dev.coatcheck.store.Cutoff;
import dev.coatcheck.store.EndReason;
import dev.coatcheck.store.Guard;
import dev.coatcheck.store.MemorySessionStore;
import dev.coatcheck.store.PerUserLimit;
import dev.coatcheck.store.SessionChange;
import dev.coatcheck.store.SessionChange.AttributeChange;
import dev.coatcheck.store.SessionStore;
import dev.coatcheck.store.StoredSession;
import dev.coatcheck.store.StoredSession.Ending;
import dev.coatcheck.store.StoredSession.StoredAttribute;
import dev.coatcheck.testkit.Sessions;
import dev.coatcheck.token.SessionId;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Upgrade and roll-back: what every release up to this one has written is read, changed and ended by this one, and what a
 * newer one writes is no session here, can be ended, and is not destroyed.
 *
 * <p>What a release writes is recorded in a text that stays, see {@link #nameOf}. When a change makes
 * {@link #whatThisReleaseWritesIsTheRecordingOfItsFormat} fail, the format has changed: raise {@link StoredSession#FORMAT},
 * keep the old recording, add the new one, and teach the store to read both.
 */
public abstract class StoredFormatTests {
    private final List<String> warnings = new ArrayList<>();
    private final Logger logger = Logger.getLogger("dev.coatcheck.stores");
    private final Handler listener = new Listener();
    private SessionStore store = new MemorySessionStore();

    /** For subclasses. */
    protected StoredFormatTests() {}

    /** Opens a store with nothing in it. */
    protected abstract SessionStore open() throws Exception;

    /** Opens a store on a recording, which nobody has opened since. */
    protected abstract SessionStore open(int format, String recording) throws Exception;

    /** What lies in the store that was opened last, as text that {@link #open(int, String)} understands. */
    protected abstract String record() throws Exception;

    /** What lies there of one session. */
    protected abstract String raw(SessionId id) throws Exception;

    /** Makes the record say that it is of this format, and nothing else. */
    protected abstract void say(SessionId id, int format) throws Exception;

    @BeforeEach
    void listen() {
        logger.addHandler(listener);
    }

    @AfterEach
    void close() {
        logger.removeHandler(listener);
        store.close();
    }

    static IntStream formats() {
        return IntStream.rangeClosed(1, StoredSession.FORMAT);
    }

    @Test
    void whatThisReleaseWritesIsTheRecordingOfItsFormat() throws Exception {
        store = open();
        RecordedSessions.write(store);
        String written = record();
        Path copy = Path.of("target", nameOf(StoredSession.FORMAT));
        Files.writeString(copy, written);
        assertThat(written)
                .as("the stored format has changed without StoredSession.FORMAT; what is written now: %s", copy)
                .isEqualTo(recording(StoredSession.FORMAT));
    }

    @ParameterizedTest
    @MethodSource("formats")
    void everyRecordIsReadAsItWasWritten(int format) throws Exception {
        store = opened(format);
        for (StoredSession session : RecordedSessions.ALL) {
            assertThat(store.find(session.id())).contains(session);
        }
        assertThat(store.list(ANN, Optional.empty(), 10, NOW).items()).containsExactly(PLAIN, BUSY);
        assertThat(warnings).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("formats")
    void aRecordIsChangedByThisRelease(int format) throws Exception {
        store = opened(format);
        SessionChange change = SessionChange.NONE
                .with("new", new AttributeChange.Put("1"))
                .with(new SessionChange.Touch(NOW, NOW.plusSeconds(1_800)))
                .with(new SessionChange.TokenChange(BUSY.token(), Sessions.rotated(BUSY.token(), NOW)));
        assertThat(store.apply(BUSY.id(), new Guard(NOW, BUSY.epoch()), change)).isInstanceOf(Changed.Applied.class);
        StoredSession changed = store.find(BUSY.id()).orElseThrow();
        assertThat(changed.attributes())
                .containsAllEntriesOf(BUSY.attributes())
                .containsEntry("new", new StoredAttribute("1", 8));
        assertThat(changed.lastSeenAt()).isEqualTo(NOW);
        assertThat(changed.token().generation()).isEqualTo(6);
        assertThat(changed.principal()).isEqualTo(BUSY.principal());
        SessionChange swap = SessionChange.NONE.with("cart.1", new AttributeChange.Swap("[]", 3));
        assertThat(store.apply(BUSY.id(), new Guard(NOW, BUSY.epoch()), swap)).isInstanceOf(Changed.Applied.class);
    }

    @ParameterizedTest
    @MethodSource("formats")
    void aVisitorOfAnEarlierReleaseSignsInOnThisOne(int format) throws Exception {
        store = opened(format);
        assertThat(store.apply(
                        VISITOR.id(), new Guard(NOW, 0), SessionChange.NONE.with(Sessions.signIn(ANN, NOW, "cart"))))
                .isInstanceOf(Changed.Applied.class);
        StoredSession signedIn = store.find(VISITOR.id()).orElseThrow();
        assertThat(signedIn.principal().orElseThrow().id()).isEqualTo(ANN);
        assertThat(signedIn.attributes()).isEqualTo(VISITOR.attributes());
        assertThat(store.list(ANN, Optional.empty(), 10, NOW).items()).containsExactly(signedIn, PLAIN, BUSY);
    }

    @ParameterizedTest
    @MethodSource("formats")
    void recordsAreEndedByThisReleaseAndStayEnded(int format) throws Exception {
        store = opened(format);
        assertThat(store.end(PLAIN.id(), EndReason.SIGNED_OUT, NOW)).isTrue();
        assertThat(store.endAll(ANN, Cutoff.everything(NOW), EndReason.REVOKED_BY_ADMIN, NOW))
                .containsExactly(BUSY.id());
        assertThat(ending(PLAIN)).contains(new Ending(EndReason.SIGNED_OUT, NOW));
        assertThat(ending(BUSY)).contains(new Ending(EndReason.REVOKED_BY_ADMIN, NOW));
        assertThat(store.list(ANN, Optional.empty(), 10, NOW).items()).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("formats")
    void whatAnEarlierReleaseEndedIsNotRevived(int format) throws Exception {
        store = opened(format);
        assertThat(store.apply(ENDED.id(), new Guard(NOW, ENDED.epoch()), SessionChange.NONE))
                .isEqualTo(new Changed.Dead(ENDED.ending()));
        assertThat(store.end(ENDED.id(), EndReason.SIGNED_OUT, NOW)).isFalse();
        assertThat(store.create(PLAIN, PerUserLimit.DEFAULT)).isEqualTo(new Created.Taken());
        StoredSession late = Sessions.of(CUT_OFF, LINE).build();
        assertThat(store.create(late, PerUserLimit.DEFAULT)).isEqualTo(new Created.CutOff());
    }

    @Test
    void aRecordOfANewerFormatIsNoSessionWithAWarningAndIsLeftAsItIs() throws Exception {
        store = withANewerRecord();
        String before = raw(BUSY.id());
        assertThat(store.find(BUSY.id())).isEmpty();
        assertThat(warnings).hasSize(1);
        assertThat(store.list(ANN, Optional.empty(), 10, NOW).items()).containsExactly(PLAIN);
        assertThat(store.apply(
                        BUSY.id(),
                        new Guard(NOW, BUSY.epoch()),
                        SessionChange.NONE.with("cart.1", new AttributeChange.Put("0"))))
                .isEqualTo(new Changed.Dead(Optional.empty()));
        assertThat(store.create(BUSY, PerUserLimit.DEFAULT)).isEqualTo(new Created.Taken());
        assertThat(raw(BUSY.id())).isEqualTo(before);
    }

    @Test
    void aRecordOfANewerFormatCanBeEndedHereAndIsEndedThere() throws Exception {
        store = withANewerRecord();
        assertThat(store.end(BUSY.id(), EndReason.SIGNED_OUT, NOW)).isTrue();
        isATombstoneForTheNewerRelease(EndReason.SIGNED_OUT);
    }

    @Test
    void aRecordOfANewerFormatIsEndedWithAllOthersOfItsUser() throws Exception {
        store = withANewerRecord();
        assertThat(store.endAll(ANN, Cutoff.everything(NOW), EndReason.ACCOUNT_CHANGED, NOW))
                .containsExactlyInAnyOrder(BUSY.id(), PLAIN.id());
        isATombstoneForTheNewerRelease(EndReason.ACCOUNT_CHANGED);
    }

    private SessionStore opened(int format) throws Exception {
        SessionStore opened = open(format, recording(format));
        warnings.clear();
        return opened;
    }

    private SessionStore withANewerRecord() throws Exception {
        SessionStore opened = opened(StoredSession.FORMAT);
        say(BUSY.id(), StoredSession.FORMAT + 1);
        return opened;
    }

    /** The newer release reads what stands there now as this one reads its own. */
    private void isATombstoneForTheNewerRelease(EndReason why) throws Exception {
        assertThat(raw(BUSY.id()))
                .as("values of a shape that is not ours to drop")
                .contains("/a?b=c&d");
        assertThat(store.find(BUSY.id())).isEmpty();
        say(BUSY.id(), StoredSession.FORMAT);
        assertThat(ending(BUSY)).contains(new Ending(why, NOW));
        assertThat(store.list(ANN, Optional.empty(), 10, NOW).items()).doesNotContain(BUSY);
    }

    private Optional<Ending> ending(StoredSession session) {
        return store.find(session.id()).orElseThrow().ending();
    }

    /** The recording's name, beside the subclass; where a folder holds those of several stores, one's own. */
    protected String nameOf(int format) {
        return "format-" + format;
    }

    private String recording(int format) throws IOException {
        try (InputStream text = getClass().getResourceAsStream(nameOf(format))) {
            return text == null ? "" : new String(text.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private final class Listener extends Handler {
        @Override
        public void publish(LogRecord record) {
            if (record.getLevel().equals(Level.WARNING)) {
                warnings.add(record.getMessage());
            }
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    }
}
