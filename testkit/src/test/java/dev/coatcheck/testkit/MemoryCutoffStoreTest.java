package dev.coatcheck.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.coatcheck.session.UserId;
import dev.coatcheck.store.CutoffLine;
import dev.coatcheck.store.CutoffStore;
import dev.coatcheck.store.MemoryCutoffStore;
import dev.coatcheck.store.StoreUnavailableException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class MemoryCutoffStoreTest extends CutoffStoreContract {
    private static final UserId ANN = new UserId("ann");
    private static final Instant NOW = Instant.parse("2026-11-20T08:30:00Z");

    @Override
    protected CutoffStore open() {
        return new MemoryCutoffStore();
    }

    @Test
    void aFullStoreGivesUpNoLineForAnotherAndStillMovesThoseThatItHas() {
        CutoffStore small = new MemoryCutoffStore(1);
        CutoffLine first = CutoffLine.at(NOW, Duration.ofHours(1));
        small.draw(ANN, first);
        assertThatExceptionOfType(StoreUnavailableException.class)
                .isThrownBy(() -> small.draw(Sessions.id(), first))
                .withMessageContaining("1 lines in memory");
        CutoffLine later = CutoffLine.at(NOW.plusMillis(1), Duration.ofHours(1));
        small.draw(ANN, later);
        assertThat(small.find(Sessions.id(), Optional.of(ANN)).user()).contains(later);
    }

    @Test
    void aLineIsKeptForAsLongAsTheLongestTicketLives() {
        assertThat(CutoffLine.at(NOW, Duration.ofHours(12)).keptUntil()).isEqualTo(NOW.plus(Duration.ofHours(12)));
        assertThatIllegalArgumentException().isThrownBy(() -> new CutoffLine(Instant.MAX, NOW));
        assertThatIllegalArgumentException().isThrownBy(() -> new CutoffLine(NOW, Instant.MAX));
    }
}
