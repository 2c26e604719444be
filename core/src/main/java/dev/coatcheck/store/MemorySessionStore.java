package dev.coatcheck.store;

import dev.coatcheck.session.Principal;
import dev.coatcheck.session.UserId;
import dev.coatcheck.store.StoredSession.Ending;
import dev.coatcheck.token.SessionId;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Sessions in this process's memory, for tests and for a single node that may forget: a stop signs everybody out, and
 * two nodes know nothing of each other's sessions.
 *
 * <p>Bounded: with {@code maxSessions} records, living and dead, {@code create} throws
 * {@link StoreUnavailableException} until {@link #purge} has made room. Reads take no lock; writes take one for the whole
 * store, for some microseconds each.
 */
public final class MemorySessionStore implements SessionStore {
    /** How many records a store keeps unless told otherwise: a million, which is about 1 GB of heap. */
    public static final int DEFAULT_MAX_SESSIONS = 1_000_000;

    private static final Comparator<StoredSession> SEEN_LONGEST_AGO_FIRST =
            Comparator.comparing(StoredSession::lastSeenAt).thenComparing(StoredSession::id);

    private final int maxSessions;
    private final Object lock = new Object();
    private final ConcurrentHashMap<SessionId, StoredSession> records = new ConcurrentHashMap<>();
    private final Map<UserId, Set<SessionId>> byUser = new HashMap<>();
    private final Map<UserId, TreeSet<Death>> tombstones = new HashMap<>();
    private final TreeSet<Death> byDeath = new TreeSet<>();
    private final Map<UserId, Line> cutoffs = new HashMap<>();
    private final LocalSignals signals = LocalSignals.ofTheOnlyProcess();
    private volatile boolean closed;

    /** A store of at most {@link #DEFAULT_MAX_SESSIONS} records. */
    public MemorySessionStore() {
        this(DEFAULT_MAX_SESSIONS);
    }

    /** A store of at most this many records. @throws IllegalArgumentException when that is less than 1 */
    public MemorySessionStore(int maxSessions) {
        if (maxSessions < 1) {
            throw new IllegalArgumentException("sessions in memory: at least 1, not " + maxSessions);
        }
        this.maxSessions = maxSessions;
    }

    @Override
    public Optional<StoredSession> find(SessionId id) {
        refuseWhenClosed("find");
        return Optional.ofNullable(records.get(id));
    }

    @Override
    public Created create(StoredSession session, PerUserLimit limit) {
        return locked("create", () -> {
            if (records.containsKey(session.id())) {
                return new Created.Taken();
            }
            if (records.size() >= maxSessions && !forgetOneDeadAt(session.lastSeenAt())) {
                throw StoreUnavailableException.overloaded("create: it keeps " + maxSessions + " sessions in memory");
            }
            if (session.principal().isEmpty()) {
                write(session);
                return new Created.Stored(Set.of());
            }
            UserId user = session.principal().get().id();
            if (cutOff(user, session.authenticatedAt().orElseThrow())) {
                return new Created.CutOff();
            }
            List<StoredSession> tooMany = tooMany(user, session.id(), limit, session.lastSeenAt());
            if (!tooMany.isEmpty() && limit.policy() == PerUserLimit.Policy.REFUSE) {
                return new Created.LimitReached();
            }
            write(session);
            Set<SessionId> ended = endEach(tooMany, new Ending(EndReason.LIMIT, session.lastSeenAt()));
            forgetOldTombstones(user);
            return new Created.Stored(ended);
        });
    }

    @Override
    public Changed apply(SessionId id, Guard guard, SessionChange change) {
        return locked("apply", () -> {
            StoredSession current = records.get(id);
            if (current == null || !current.aliveAt(guard.now())) {
                return new Changed.Dead(Optional.ofNullable(current).flatMap(StoredSession::ending));
            }
            if (current.epoch() != guard.epoch()) {
                return new Changed.Replaced();
            }
            if (!Revision.fits(current, change)) {
                return new Changed.Conflict(current);
            }
            StoredSession next = Revision.of(current, change);
            if (change.privilege().isEmpty()) {
                write(next);
                signals.tell(new SessionSignal.Written(id, next.revision()));
                return new Changed.Applied(next.revision(), Set.of());
            }
            return raise(current, next, change.privilege().get(), guard.now());
        });
    }

    private Changed raise(StoredSession current, StoredSession next, SessionChange.Privilege privilege, Instant now) {
        UserId user = privilege.principal().id();
        if (cutOff(user, privilege.authenticatedAt())) {
            return new Changed.CutOff();
        }
        boolean theirs = current.principal().map(Principal::id).equals(Optional.of(user));
        List<StoredSession> tooMany = theirs ? List.of() : tooMany(user, current.id(), privilege.limit(), now);
        if (!tooMany.isEmpty() && privilege.limit().policy() == PerUserLimit.Policy.REFUSE) {
            return new Changed.LimitReached();
        }
        write(next);
        signals.tell(new SessionSignal.Written(next.id(), next.revision()));
        Set<SessionId> ended = endEach(tooMany, new Ending(EndReason.LIMIT, now));
        forgetOldTombstones(user);
        return new Changed.Applied(next.revision(), ended);
    }

    @Override
    public boolean end(SessionId id, EndReason why, Instant now, OptionalInt epoch) {
        return locked("end", () -> {
            StoredSession current = records.get(id);
            if (current == null || !current.aliveAt(now) || current.epoch() != epoch.orElse(current.epoch())) {
                return false;
            }
            end(current, new Ending(why, now));
            return true;
        });
    }

    @Override
    public Set<SessionId> endAll(UserId user, Cutoff cutoff, EndReason why, Instant now) {
        return locked("endAll", () -> {
            cutoffs.merge(user, new Line(cutoff.notBefore(), now.plus(cutoff.keptFor())), Line::later);
            List<StoredSession> over = living(user, now).stream()
                    .filter(session -> !Optional.of(session.id()).equals(cutoff.except()))
                    .filter(session -> !session.authenticatedAt().orElseThrow().isAfter(cutoff.notBefore()))
                    .toList();
            return endEach(over, new Ending(why, now));
        });
    }

    @Override
    public Page<StoredSession> list(UserId user, Optional<PageToken> after, int size, Instant now) {
        ListPosition.checkSize(size);
        return locked("list", () -> {
            Optional<ListPosition> from = after.flatMap(ListPosition::parse);
            if (after.isPresent() && from.isEmpty()) {
                return Page.empty();
            }
            List<StoredSession> rest = living(user, now).stream()
                    .filter(session -> from.isEmpty() || from.get().compareTo(ListPosition.of(session)) < 0)
                    .sorted(Comparator.comparing(ListPosition::of))
                    .limit(size + 1L)
                    .toList();
            return ListPosition.page(rest, size);
        });
    }

    @Override
    public int purge(Instant deadBefore, int atMost) {
        return locked("purge", () -> {
            cutoffs.values().removeIf(line -> line.keptUntil().isBefore(deadBefore));
            int forgotten = 0;
            while (forgotten < atMost
                    && !byDeath.isEmpty()
                    && byDeath.first().at().isBefore(deadBefore)) {
                forget(record(byDeath.first().id()));
                forgotten++;
            }
            return forgotten;
        });
    }

    @Override
    public Optional<SessionSignals> signals() {
        return Optional.of(signals);
    }

    /** A store that is full gives up its oldest dead record for a living one. */
    private boolean forgetOneDeadAt(Instant now) {
        if (byDeath.isEmpty() || byDeath.first().at().isAfter(now)) {
            return false;
        }
        forget(record(byDeath.first().id()));
        return true;
    }

    private void forgetOldTombstones(UserId user) {
        for (int forgotten = 0; forgotten < MOST_FORGOTTEN; forgotten++) {
            TreeSet<Death> theirs = tombstones.get(user);
            if (theirs == null || theirs.size() <= MOST_TOMBSTONES) {
                return;
            }
            forget(record(theirs.first().id()));
        }
    }

    @Override
    public void close() {
        closed = true;
        synchronized (lock) {
            records.clear();
            byUser.clear();
            tombstones.clear();
            byDeath.clear();
            cutoffs.clear();
        }
    }

    private boolean cutOff(UserId user, Instant authenticatedAt) {
        Line line = cutoffs.get(user);
        return line != null && !authenticatedAt.isAfter(line.notBefore());
    }

    private List<StoredSession> living(UserId user, Instant now) {
        return byUser.getOrDefault(user, Set.of()).stream()
                .map(this::record)
                .filter(session -> session.aliveAt(now))
                .toList();
    }

    /** Of the user's other living sessions, those that leave no room for one more: seen longest ago first. */
    private List<StoredSession> tooMany(UserId user, SessionId joining, PerUserLimit limit, Instant now) {
        List<StoredSession> others = living(user, now).stream()
                .filter(session -> !session.id().equals(joining))
                .sorted(SEEN_LONGEST_AGO_FIRST)
                .toList();
        return others.subList(0, Math.max(0, others.size() + 1 - limit.most()));
    }

    private Set<SessionId> endEach(List<StoredSession> sessions, Ending ending) {
        sessions.forEach(session -> end(session, ending));
        return sessions.stream().map(StoredSession::id).collect(Collectors.toUnmodifiableSet());
    }

    private void end(StoredSession session, Ending ending) {
        write(Revision.ended(session, ending));
        signals.tell(new SessionSignal.Ended(session.id(), ending.why()));
    }

    private StoredSession record(SessionId id) {
        return Objects.requireNonNull(records.get(id), "the indexes name only what is there");
    }

    private void write(StoredSession session) {
        StoredSession before = records.put(session.id(), session);
        if (before != null && standAlike(before, session)) {
            return;
        }
        if (before != null) {
            dropFromIndexes(before);
        }
        byDeath.add(Death.of(session));
        session.principal().map(Principal::id).ifPresent(user -> {
            if (session.ending().isEmpty()) {
                byUser.computeIfAbsent(user, first -> new HashSet<>()).add(session.id());
            } else {
                tombstones.computeIfAbsent(user, first -> new TreeSet<>()).add(Death.of(session));
            }
        });
    }

    /** Whether the indexes say the same of both, as they do of most writes: of an attribute they know nothing. */
    private static boolean standAlike(StoredSession before, StoredSession after) {
        return before.ending().equals(after.ending())
                && before.deadline().equals(after.deadline())
                && before.principal()
                        .map(Principal::id)
                        .equals(after.principal().map(Principal::id));
    }

    private void forget(StoredSession session) {
        records.remove(session.id());
        dropFromIndexes(session);
    }

    private void dropFromIndexes(StoredSession session) {
        byDeath.remove(Death.of(session));
        session.principal().map(Principal::id).ifPresent(user -> {
            byUser.computeIfPresent(user, (same, ids) -> without(ids, session.id()));
            tombstones.computeIfPresent(user, (same, deaths) -> without(deaths, Death.of(session)));
        });
    }

    private static <T, S extends Set<T>> @Nullable S without(S set, T gone) {
        set.remove(gone);
        return set.isEmpty() ? null : set;
    }

    private <T> T locked(String operation, Supplier<T> step) {
        synchronized (lock) {
            refuseWhenClosed(operation);
            return step.get();
        }
    }

    private void refuseWhenClosed(String operation) {
        if (closed) {
            throw StoreUnavailableException.closed(operation);
        }
    }

    /** A user's cutoff, and until when it is to be remembered. */
    private record Line(Instant notBefore, Instant keptUntil) {
        Line later(Line other) {
            return new Line(
                    notBefore.isAfter(other.notBefore) ? notBefore : other.notBefore,
                    keptUntil.isAfter(other.keptUntil) ? keptUntil : other.keptUntil);
        }
    }

    /** When a record died or will die, in the order that {@link #purge} takes them. */
    private record Death(Instant at, SessionId id) implements Comparable<Death> {
        static Death of(StoredSession session) {
            return new Death(session.ending().map(Ending::at).orElse(session.deadline()), session.id());
        }

        @Override
        public int compareTo(Death other) {
            int byTime = at.compareTo(other.at);
            return byTime != 0 ? byTime : id.compareTo(other.id);
        }
    }
}
