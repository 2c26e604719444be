package dev.coatcheck.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.coatcheck.token.SessionId;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LocalSignalsTest {
    private final SessionSignal written = new SessionSignal.Written(SessionId.random(new SecureRandom()), 7);
    private final List<String> told = new ArrayList<>();

    /** Notes what it is told, and throws this when it hears of a session. */
    private final class Throwing implements SessionSignals.Listener {
        private final Error error;

        Throwing(Error error) {
            this.error = error;
        }

        @Override
        public void heard(SessionSignal signal) {
            throw error;
        }

        @Override
        public void missed() {
            told.add("missed");
            throw error;
        }
    }

    @Test
    void whoThrowsIsToldThatItMayHaveMissedSomethingAndStopsNobody() {
        LocalSignals signals = LocalSignals.ofTheOnlyProcess();
        signals.subscribe(new Throwing(new NoClassDefFoundError("a class that can't be loaded")));
        signals.subscribe(new SessionSignals.Listener() {
            @Override
            public void heard(SessionSignal signal) {
                told.add("heard " + signal.equals(written));
            }

            @Override
            public void missed() {
                told.add("never");
            }
        });

        signals.tell(written);

        assertThat(told).containsExactly("missed", "heard true");
    }
}
