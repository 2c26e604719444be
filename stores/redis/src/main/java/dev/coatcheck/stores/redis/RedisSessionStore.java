package dev.coatcheck.stores.redis;

import dev.coatcheck.session.UserId;
import dev.coatcheck.store.Changed;
import dev.coatcheck.store.Created;
import dev.coatcheck.store.Cutoff;
import dev.coatcheck.store.EndReason;
import dev.coatcheck.store.Guard;
import dev.coatcheck.store.ListPosition;
import dev.coatcheck.store.Page;
import dev.coatcheck.store.PageToken;
import dev.coatcheck.store.PerUserLimit;
import dev.coatcheck.store.SessionChange;
import dev.coatcheck.store.SessionSignals;
import dev.coatcheck.store.SessionStore;
import dev.coatcheck.store.StoreUnavailableException;
import dev.coatcheck.store.StoredSession;
import dev.coatcheck.token.SessionId;
import io.lettuce.core.RedisException;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/**
 * Sessions in Redis 6.2 or later, or Valkey: one hash a session, one script a write, two sorted sets a user.
 *
 * <p>The server forgets dead records by itself, {@link RedisSettings#tombstones} after their end: {@link #purge} has
 * nothing to do. A command that is not answered within {@link RedisSettings#timeout} is a
 * {@link StoreUnavailableException}; nothing is sent a second time by itself.
 */
public final class RedisSessionStore implements SessionStore {
    private final RedisLink link;
    private final Keys keys;
    private final Layout layout;
    private final Optional<Disk> disk;
    private final RedisSignals signals;

    private RedisSessionStore(RedisLink link, RedisSettings settings, Optional<Disk> disk) {
        this.link = link;
        this.keys = new Keys(settings.prefix());
        this.layout = link.wire().manySlots() ? new ManySlots(link, settings) : new OneSlot(link, settings);
        this.disk = disk;
        String channel = keys.signals(settings.address().database());
        this.signals = new RedisSignals(link.wire(), channel);
        RedisSignals.checkThatItMayBeTold(link, channel, settings.address());
    }

    /**
     * Connects, and logs what the server promises: how much of what it acknowledged it may lose, and whether it may throw
     * sessions away to make room. Finds out by itself whether the server is part of a Cluster.
     *
     * @throws RedisSetupException when the server does not answer, or refuses us; it says what to do about it
     */
    public static RedisSessionStore open(RedisSettings settings) {
        try {
            RedisLink first = Clients.first(settings);
            Promises promises = promises(first, settings);
            if (!promises.cluster()) {
                return on(first, settings, promises.endingsCanWait() && settings.durable());
            }
            first.close();
            return on(Clients.cluster(settings), settings, false);
        } catch (StoreUnavailableException | RedisException e) {
            throw SetupRefusal.of(settings.address(), settings.address().toString(), e);
        }
    }

    private static Promises promises(RedisLink link, RedisSettings settings) {
        try {
            Promises promises = Promises.of(link);
            promises.log(settings);
            return promises;
        } catch (RuntimeException e) {
            link.close();
            throw e;
        }
    }

    private static RedisSessionStore on(RedisLink link, RedisSettings settings, boolean endingsWait) {
        try {
            Optional<Disk> disk =
                    endingsWait ? Optional.of(new Disk(link.beside(), settings.prefix())) : Optional.empty();
            return new RedisSessionStore(link, settings, disk);
        } catch (RuntimeException e) {
            link.close();
            throw e;
        }
    }

    @Override
    public Optional<StoredSession> find(SessionId id) {
        link.refuseWhenClosed("find");
        return Records.read(id, link.await("find", link.fields(keys.record(id))));
    }

    @Override
    public Created create(StoredSession session, PerUserLimit limit) {
        link.refuseWhenClosed("create");
        return layout.create(session, limit);
    }

    @Override
    public Changed apply(SessionId id, Guard guard, SessionChange change) {
        link.refuseWhenClosed("apply");
        return layout.apply(id, guard, change);
    }

    @Override
    public boolean end(SessionId id, EndReason why, Instant now, OptionalInt epoch) {
        link.refuseWhenClosed("end");
        boolean ended = layout.end(id, why, now, epoch);
        // Also when an earlier call ended it: that one may not have been able to say so.
        disk.ifPresent(d -> d.await("end"));
        return ended;
    }

    @Override
    public Set<SessionId> endAll(UserId user, Cutoff cutoff, EndReason why, Instant now) {
        link.refuseWhenClosed("endAll");
        Set<SessionId> ended = layout.endAll(user, cutoff, why, now);
        disk.ifPresent(d -> d.await("endAll"));
        return ended;
    }

    @Override
    public Page<StoredSession> list(UserId user, Optional<PageToken> after, int size, Instant now) {
        ListPosition.checkSize(size);
        link.refuseWhenClosed("list");
        Optional<ListPosition> position = after.flatMap(ListPosition::parse);
        return after.isPresent() && position.isEmpty() ? Page.empty() : layout.list(user, position, size, now);
    }

    /** Does nothing and answers 0: the server forgets each dead record by itself. */
    @Override
    public int purge(Instant deadBefore, int atMost) {
        link.refuseWhenClosed("purge");
        return 0;
    }

    /** That of one server: of a Cluster's, whichever is asked. */
    @Override
    public Optional<Instant> serverTime() {
        link.refuseWhenClosed("server time");
        return Optional.of(link.serverTime());
    }

    /** Told inside the scripts that write, heard on a connection of its own to each master. */
    @Override
    public Optional<SessionSignals> signals() {
        return Optional.of(signals);
    }

    @Override
    public void close() {
        signals.close();
        link.close();
    }
}
