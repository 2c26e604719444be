package dev.coatcheck.server.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.coatcheck.settings.SessionsPlace;
import dev.coatcheck.settings.Settings;
import dev.coatcheck.settings.SettingsTable;
import dev.coatcheck.store.Guard;
import dev.coatcheck.store.PerUserLimit;
import dev.coatcheck.store.SessionChange;
import dev.coatcheck.store.StoredSession;
import dev.coatcheck.stores.nearcache.NearCachedStore;
import dev.coatcheck.stores.sql.Tells;
import dev.coatcheck.testkit.Sessions;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Nodes on one PostgreSQL of which some have a near-cache, as while it is switched on node by node. */
class MixedNodesTest {
    private static EmbeddedPostgres postgres;

    private final Instant now = Instant.now();

    @BeforeAll
    static void start() throws IOException {
        postgres = EmbeddedPostgres.builder().start();
    }

    @AfterAll
    static void stop() throws IOException {
        postgres.close();
    }

    @Test
    void everyWriteIsToldOnlyByNodesThatKeepSessionsOfTheDatabaseNear() {
        assertThat(plan(false).tells()).isEqualTo(Tells.ENDINGS);
        assertThat(plan(true).tells()).isEqualTo(Tells.EVERY_WRITE);
        Settings elsewhere = plan(true)
                .settings()
                .with(SettingsTable.SESSIONS, new SessionsPlace.Redis("redis://127.0.0.1:1"), "test");
        assertThat(Plan.of(elsewhere).tells()).isEqualTo(Tells.ENDINGS);
    }

    @Test
    void whatANodeWithoutANearCacheWroteIsSeenWhileItIsThereAndAfterItLeft() {
        StoredSession session = Sessions.of(Sessions.user(), now).build();
        try (Installation keeping = Installation.open(plan(true))) {
            NearCachedStore near = (NearCachedStore) keeping.sessions();
            near.create(session, PerUserLimit.DEFAULT);
            awaitHits(near, session);
            try (Installation quiet = Installation.open(plan(false))) {
                write(quiet, session);
                long written = System.nanoTime();
                await(() -> near.state().echo().isEmpty());
                assertThat(System.nanoTime() - written).isLessThan(TimeUnit.SECONDS.toNanos(1));
                assertThat(near.find(session.id()).orElseThrow().revision()).isEqualTo(session.revision() + 1);
                write(quiet, session);
            }
            await(() -> near.state().echo().isPresent());
            assertThat(near.find(session.id()).orElseThrow().revision()).isEqualTo(session.revision() + 2);
            awaitHits(near, session);
        }
    }

    @Test
    void aNodeKeepsWhatItWroteAndTheOthersHearOfIt() {
        StoredSession session = Sessions.of(Sessions.user(), now).build();
        try (Installation writing = Installation.open(plan(true));
                Installation hearing = Installation.open(plan(true))) {
            NearCachedStore here = (NearCachedStore) writing.sessions();
            NearCachedStore there = (NearCachedStore) hearing.sessions();
            here.create(session, PerUserLimit.DEFAULT);
            awaitHits(here, session);
            awaitHits(there, session);
            for (int i = 1; i <= 20; i++) {
                write(writing, session);
                long revision = session.revision() + i;
                assertThat(here.find(session.id()).orElseThrow().revision()).isEqualTo(revision);
                await(() -> there.find(session.id()).orElseThrow().revision() == revision);
            }
            assertThat(here.state().carried()).isEqualTo(20);
            assertThat(here.find(session.id())).isEqualTo(here.reread(session)).isEqualTo(there.find(session.id()));
        }
    }

    private void write(Installation node, StoredSession session) {
        node.sessions().apply(session.id(), new Guard(now, session.epoch()), SessionChange.NONE);
    }

    private static void awaitHits(NearCachedStore near, StoredSession session) {
        await(() -> {
            long hits = near.state().hits();
            near.find(session.id());
            return near.state().hits() > hits;
        });
    }

    private static Plan plan(boolean near) {
        return Plan.of(Settings.DEFAULTS
                .with(
                        SettingsTable.DATABASE_URL,
                        "postgresql://postgres@127.0.0.1:" + postgres.getPort() + "/postgres",
                        "test")
                .with(SettingsTable.NEAR_CACHE_SESSIONS, near ? Optional.of(100) : Optional.empty(), "test"));
    }

    private static void await(BooleanSupplier condition) {
        long end = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime() - end).isNegative();
            LockSupport.parkNanos(2_000_000);
        }
    }
}
