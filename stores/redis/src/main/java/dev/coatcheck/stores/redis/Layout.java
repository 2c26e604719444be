package dev.coatcheck.stores.redis;

import dev.coatcheck.session.UserId;
import dev.coatcheck.store.Changed;
import dev.coatcheck.store.Created;
import dev.coatcheck.store.Cutoff;
import dev.coatcheck.store.EndReason;
import dev.coatcheck.store.Guard;
import dev.coatcheck.store.ListPosition;
import dev.coatcheck.store.Page;
import dev.coatcheck.store.PerUserLimit;
import dev.coatcheck.store.SessionChange;
import dev.coatcheck.store.StoredSession;
import dev.coatcheck.token.SessionId;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/** The steps that concern a session and its user, as the server's layout of keys allows them. */
interface Layout {
    Created create(StoredSession session, PerUserLimit limit);

    Changed apply(SessionId id, Guard guard, SessionChange change);

    boolean end(SessionId id, EndReason why, Instant now, OptionalInt epoch);

    Set<SessionId> endAll(UserId user, Cutoff cutoff, EndReason why, Instant now);

    Page<StoredSession> list(UserId user, Optional<ListPosition> after, int size, Instant now);
}
