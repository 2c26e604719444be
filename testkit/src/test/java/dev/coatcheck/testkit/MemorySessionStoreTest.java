package dev.coatcheck.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.coatcheck.store.Created;
import dev.coatcheck.store.MemorySessionStore;
import dev.coatcheck.store.PerUserLimit;
import dev.coatcheck.store.SessionStore;
import dev.coatcheck.store.StoreUnavailableException;
import dev.coatcheck.store.StoredSession;
import org.junit.jupiter.api.Test;

/** The store in memory stands in core; its contract stands here, because core can't depend on the testkit. */
class MemorySessionStoreTest extends SessionStoreContract {
    @Override
    protected SessionStore open() {
        return new MemorySessionStore();
    }

    @Test
    void aFullStoreGivesUpTheDeadForTheLivingAndRefusesWhenAllLive() {
        try (SessionStore small = new MemorySessionStore(2)) {
            StoredSession dead = Sessions.anonymous(now.minusSeconds(90))
                    .expiresAt(now.minusSeconds(60))
                    .build();
            small.create(dead, PerUserLimit.DEFAULT);
            small.create(Sessions.of(Sessions.user(), now).build(), PerUserLimit.DEFAULT);
            StoredSession third = Sessions.of(Sessions.user(), now).build();
            assertThat(small.create(third, PerUserLimit.DEFAULT)).isInstanceOf(Created.Stored.class);
            assertThat(small.find(dead.id())).isEmpty();
            StoredSession fourth = Sessions.of(Sessions.user(), now).build();
            assertThatThrownBy(() -> small.create(fourth, PerUserLimit.DEFAULT))
                    .isInstanceOf(StoreUnavailableException.class)
                    .hasMessageContaining("2 sessions in memory");
        }
    }
}
