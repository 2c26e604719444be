package dev.coatcheck.server.run;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.coatcheck.session.SessionEvent;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class EventLogTest {
    private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 5);
    private final EventLog log = new EventLog(nanos::get);
    private final ListAppender<ILoggingEvent> lines = new ListAppender<>();
    private final Logger logger = (Logger) LoggerFactory.getLogger(RunningServer.class);

    @BeforeEach
    void listen() {
        lines.start();
        logger.setLevel(Level.INFO);
        logger.addAppender(lines);
    }

    @AfterEach
    void leave() {
        logger.detachAppender(lines);
        logger.setLevel(null);
    }

    @Test
    void whatAnybodyCanCauseIsSaidOnceInAWhileWithItsNumber() {
        for (int i = 0; i < 1000; i++) {
            happen(SessionEvent.Kind.TICKET_FOREIGN);
        }
        happen(SessionEvent.Kind.FORGERY_REFUSED);
        nanos.addAndGet(EventLog.PERIOD.toNanos());
        happen(SessionEvent.Kind.TICKET_FOREIGN);
        assertThat(said())
                .containsExactly(
                        "TICKET_FOREIGN (why)",
                        "FORGERY_REFUSED (why)",
                        "TICKET_FOREIGN (why) and 999 more since the last such line");
    }

    @Test
    void whatHappenedToASessionIsSaidEachTime() {
        happen(SessionEvent.Kind.TICKET_REUSED);
        happen(SessionEvent.Kind.TICKET_REUSED);
        happen(SessionEvent.Kind.SIGNED_IN);
        happen(SessionEvent.Kind.SIGNED_IN);
        assertThat(said()).hasSize(4);
    }

    private void happen(SessionEvent.Kind kind) {
        log.on(new SessionEvent(kind, Optional.empty(), Optional.empty(), Instant.EPOCH, "why"));
    }

    private List<String> said() {
        return lines.list.stream().map(ILoggingEvent::getFormattedMessage).toList();
    }
}
