package dev.coatcheck.examples.filestore;

import dev.coatcheck.session.Principal;
import dev.coatcheck.session.UserId;
import dev.coatcheck.store.Changed;
import dev.coatcheck.store.Created;
import dev.coatcheck.store.Cutoff;
import dev.coatcheck.store.EndReason;
import dev.coatcheck.store.Guard;
import dev.coatcheck.store.ListPosition;
import dev.coatcheck.store.LocalSignals;
import dev.coatcheck.store.Page;
import dev.coatcheck.store.PageToken;
import dev.coatcheck.store.PerUserLimit;
import dev.coatcheck.store.Revision;
import dev.coatcheck.store.SessionChange;
import dev.coatcheck.store.SessionChange.Privilege;
import dev.coatcheck.store.SessionSignal;
import dev.coatcheck.store.SessionSignals;
import dev.coatcheck.store.SessionStore;
import dev.coatcheck.store.StoreUnavailableException;
import dev.coatcheck.store.StoredSession;
import dev.coatcheck.store.StoredSession.Ending;
import dev.coatcheck.token.SessionId;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Sessions in a folder, a JSON file each, for one process and some thousand sessions. What was acknowledged survives kill -9
 * and, where disk and file system keep their word about fsync, a power cut.
 */
public final class FileSessionStore implements SessionStore {
    private final Folder folder;
    private final Records records;
    private final Cutoffs cutoffs;
    private final LocalSignals signals = LocalSignals.ofTheOnlyProcess();
    private volatile boolean closed;

    private FileSessionStore(Folder folder) throws IOException {
        this.folder = folder;
        this.records = new Records(folder);
        this.cutoffs = new Cutoffs(folder);
    }

    /** Opens the folder, and makes it if it is missing. @throws IOException when it can't be used, or another store has it */
    public static FileSessionStore open(Path folder) throws IOException {
        return new FileSessionStore(Folder.open(folder));
    }

    @Override
    public Optional<StoredSession> find(SessionId id) {
        return answer("find", () -> records.find(id));
    }

    @Override
    public Created create(StoredSession session, PerUserLimit limit) {
        return step("create", () -> {
            if (records.has(session.id())) {
                return new Created.Taken();
            }
            List<StoredSession> tooMany = List.of();
            Optional<UserId> signedIn = session.principal().map(Principal::id);
            if (signedIn.isPresent()) {
                UserId user = signedIn.get();
                if (cutoffs.lieAfter(user, session.authenticatedAt().orElseThrow())) {
                    return new Created.CutOff();
                }
                tooMany = records.tooMany(user, session.id(), limit, session.lastSeenAt());
                if (!tooMany.isEmpty() && limit.policy() == PerUserLimit.Policy.REFUSE) {
                    return new Created.LimitReached();
                }
            }
            records.write(session);
            Set<SessionId> ended = endEach(tooMany, new Ending(EndReason.LIMIT, session.lastSeenAt()));
            if (signedIn.isPresent()) {
                forgetOldTombstones(signedIn.get());
            }
            return new Created.Stored(ended);
        });
    }

    @Override
    public Changed apply(SessionId id, Guard guard, SessionChange change) {
        return step("apply", () -> {
            Optional<StoredSession> found = records.find(id);
            if (found.isEmpty() || !found.get().aliveAt(guard.now())) {
                return new Changed.Dead(found.flatMap(StoredSession::ending));
            }
            StoredSession current = found.get();
            if (current.epoch() != guard.epoch()) {
                return new Changed.Replaced();
            }
            if (!Revision.fits(current, change)) {
                return new Changed.Conflict(current);
            }
            return change.privilege().isPresent()
                    ? raise(current, guard, change, change.privilege().get())
                    : write(current, guard, change, List.of());
        });
    }

    private Changed raise(StoredSession current, Guard guard, SessionChange change, Privilege privilege)
            throws IOException {
        UserId user = privilege.principal().id();
        if (cutoffs.lieAfter(user, privilege.authenticatedAt())) {
            return new Changed.CutOff();
        }
        if (current.principal().map(Principal::id).equals(Optional.of(user))) {
            return write(current, guard, change, List.of());
        }
        List<StoredSession> tooMany = records.tooMany(user, current.id(), privilege.limit(), guard.now());
        if (!tooMany.isEmpty() && privilege.limit().policy() == PerUserLimit.Policy.REFUSE) {
            return new Changed.LimitReached();
        }
        Changed changed = write(current, guard, change, tooMany);
        forgetOldTombstones(user);
        return changed;
    }

    private Changed write(StoredSession current, Guard guard, SessionChange change, List<StoredSession> tooMany)
            throws IOException {
        StoredSession next = Revision.of(current, change);
        records.write(next);
        signals.tell(new SessionSignal.Written(next.id(), next.revision()));
        return new Changed.Applied(next.revision(), endEach(tooMany, new Ending(EndReason.LIMIT, guard.now())));
    }

    @Override
    public boolean end(SessionId id, EndReason why, Instant now, OptionalInt epoch) {
        return step("end", () -> {
            List<StoredSession> alive = records
                    .find(id)
                    .filter(session -> session.aliveAt(now) && session.epoch() == epoch.orElse(session.epoch()))
                    .stream()
                    .toList();
            return !endEach(alive, new Ending(why, now)).isEmpty();
        });
    }

    @Override
    public Set<SessionId> endAll(UserId user, Cutoff cutoff, EndReason why, Instant now) {
        return step("endAll", () -> {
            cutoffs.draw(user, new Cutoffs.Line(cutoff.notBefore(), now.plus(cutoff.keptFor())));
            List<StoredSession> over = records.living(user, now).stream()
                    .filter(session -> !Optional.of(session.id()).equals(cutoff.except()))
                    .filter(session -> !session.authenticatedAt().orElseThrow().isAfter(cutoff.notBefore()))
                    .toList();
            return endEach(over, new Ending(why, now));
        });
    }

    private Set<SessionId> endEach(List<StoredSession> sessions, Ending ending) throws IOException {
        for (StoredSession session : sessions) {
            records.write(Revision.ended(session, ending));
            signals.tell(new SessionSignal.Ended(session.id(), ending.why()));
        }
        return sessions.stream().map(StoredSession::id).collect(Collectors.toUnmodifiableSet());
    }

    private void forgetOldTombstones(UserId user) throws IOException {
        List<StoredSession> old = records.tombstones(user).stream()
                .sorted(Comparator.comparing(FileSessionStore::diedAt).reversed())
                .skip(MOST_TOMBSTONES)
                .limit(MOST_FORGOTTEN)
                .toList();
        for (StoredSession tombstone : old) {
            records.forget(tombstone);
        }
    }

    @Override
    public Page<StoredSession> list(UserId user, Optional<PageToken> after, int size, Instant now) {
        ListPosition.checkSize(size);
        return step("list", () -> {
            Optional<ListPosition> from = after.flatMap(ListPosition::parse);
            if (after.isPresent() && from.isEmpty()) {
                return Page.empty();
            }
            List<StoredSession> rest = records.living(user, now).stream()
                    .filter(session -> from.isEmpty() || from.get().compareTo(ListPosition.of(session)) < 0)
                    .sorted(Comparator.comparing(ListPosition::of))
                    .limit(size + 1L)
                    .toList();
            return ListPosition.page(rest, size);
        });
    }

    @Override
    public int purge(Instant deadBefore, int atMost) {
        return step("purge", () -> {
            cutoffs.forget(deadBefore);
            int forgotten = 0;
            for (SessionId id : records.ids()) {
                Optional<StoredSession> dead =
                        records.find(id).filter(session -> diedAt(session).isBefore(deadBefore));
                if (dead.isPresent() && forgotten < atMost) {
                    records.forget(dead.get());
                    forgotten++;
                }
            }
            return forgotten;
        });
    }

    private static Instant diedAt(StoredSession session) {
        return session.ending().map(Ending::at).orElse(session.deadline());
    }

    @Override
    public Optional<SessionSignals> signals() {
        return Optional.of(signals);
    }

    @Override
    public synchronized void close() {
        closed = true;
        folder.close();
    }

    /** Work on files. */
    private interface Work<T> {
        T run() throws IOException;
    }

    /** One step, alone: nobody else writes meanwhile, and readers see it file by file. */
    private synchronized <T> T step(String operation, Work<T> work) {
        return answer(operation, work);
    }

    private <T> T answer(String operation, Work<T> work) {
        if (closed) {
            throw StoreUnavailableException.closed(operation);
        }
        try {
            return work.run();
        } catch (IOException e) {
            throw StoreUnavailableException.during(operation, e);
        }
    }
}
