package dev.coatcheck.examples.filestore;

import dev.coatcheck.session.Principal;
import dev.coatcheck.session.UserId;
import dev.coatcheck.store.PerUserLimit;
import dev.coatcheck.store.StoredSession;
import dev.coatcheck.token.SessionId;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/** The sessions' files, and an index by user in memory. The index is made of the files when the store opens. */
final class Records {
    private static final System.Logger LOG = System.getLogger(FileSessionStore.class.getName());
    private static final String ENDING = ".session";
    private static final Comparator<StoredSession> SEEN_LONGEST_AGO_FIRST =
            Comparator.comparing(StoredSession::lastSeenAt).thenComparing(StoredSession::id);

    private final Folder folder;
    private final Map<UserId, Set<SessionId>> byUser = new HashMap<>();

    Records(Folder folder) throws IOException {
        this.folder = folder;
        for (SessionId id : ids()) {
            find(id).ifPresent(this::index);
        }
    }

    /** Also when it can't be read: its id is used up. */
    boolean has(SessionId id) {
        return folder.has(id + ENDING);
    }

    Optional<StoredSession> find(SessionId id) throws IOException {
        try {
            return folder.read(id + ENDING).map(SessionDocument::read);
        } catch (IllegalArgumentException | DateTimeException e) {
            // The kind of the exception only: its message could hold a value.
            LOG.log(Level.WARNING, "session {0} can''t be read and is taken as absent: {1}", id, e.getClass());
            return Optional.empty();
        }
    }

    void write(StoredSession session) throws IOException {
        folder.write(session.id() + ENDING, SessionDocument.write(session));
        index(session);
    }

    void forget(StoredSession session) throws IOException {
        folder.delete(session.id() + ENDING);
        session.principal().ifPresent(who -> idsOf(who.id()).remove(session.id()));
    }

    List<SessionId> ids() throws IOException {
        return folder.names(ENDING).stream()
                .map(name -> SessionId.parse(name.substring(0, name.length() - ENDING.length())))
                .flatMap(Optional::stream)
                .toList();
    }

    /** The user's sessions that are alive. */
    List<StoredSession> living(UserId user, Instant now) throws IOException {
        return of(user, session -> session.aliveAt(now));
    }

    /** The user's sessions that were ended. */
    List<StoredSession> tombstones(UserId user) throws IOException {
        return of(user, session -> session.ending().isPresent());
    }

    private List<StoredSession> of(UserId user, Predicate<StoredSession> which) throws IOException {
        List<StoredSession> found = new ArrayList<>();
        for (SessionId id : idsOf(user)) {
            find(id).filter(which)
                    .filter(session -> session.principal().map(Principal::id).equals(Optional.of(user)))
                    .ifPresent(found::add);
        }
        return found;
    }

    /** Of the user's other living sessions, those that leave no room for one more: seen longest ago first. */
    List<StoredSession> tooMany(UserId user, SessionId joining, PerUserLimit limit, Instant now) throws IOException {
        List<StoredSession> others = living(user, now).stream()
                .filter(session -> !session.id().equals(joining))
                .sorted(SEEN_LONGEST_AGO_FIRST)
                .toList();
        return others.subList(0, Math.max(0, others.size() + 1 - limit.most()));
    }

    private void index(StoredSession session) {
        session.principal().ifPresent(who -> idsOf(who.id()).add(session.id()));
    }

    private Set<SessionId> idsOf(UserId user) {
        return byUser.computeIfAbsent(user, first -> new HashSet<>());
    }
}
