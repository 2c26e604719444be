package dev.coatcheck.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.coatcheck.store.EndReason;
import dev.coatcheck.store.MemorySessionStore;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class CrowdedTest {
    private static final Duration PLENTY = Duration.ofSeconds(30);

    private final MemorySessionStore store = new MemorySessionStore();
    private final Crowd crowd = new Crowd(1, 20, Instant.parse("2026-11-21T12:00:00Z"));
    private final Crowded crowded = new Crowded(store, crowd);

    @Test
    void theSameNumberIsTheSameSession() {
        assertThat(crowd.session(41)).isEqualTo(crowd.session(41)).isNotEqualTo(crowd.session(42));
        assertThat(crowd.id(41)).isEqualTo(crowd.session(41).id());
        assertThat(crowd.user(39)).isEqualTo(crowd.owner(1));
        assertThat(new Crowd(2, 20, crowd.born()).id(41)).isNotEqualTo(crowd.id(41));
    }

    @Test
    void everybodyIsInAndEveryQuestionIsAnswered() {
        assertThat(crowded.load(1_000, PLENTY, done -> {})).isEqualTo(1_000);

        for (Crowded.Question question : Crowded.Question.values()) {
            assertThat(crowded.ask(question)).as(question.title).isPositive();
        }
        assertThat(crowded.purge(100, PLENTY)).isPositive();
        assertThat(store.find(crowd.id(0))).isEmpty();
    }

    @Test
    void aSessionThatIsMissingEndsTheRun() {
        crowded.load(20, PLENTY, done -> {});
        store.end(crowd.id(7), EndReason.SIGNED_OUT, crowd.born());

        assertThatThrownBy(() -> crowded.ask(Crowded.Question.LIST))
                .isInstanceOf(WrongAnswerException.class)
                .hasMessageContaining("20 sessions of user-0")
                .hasMessageContaining("19 sessions");
    }
}
