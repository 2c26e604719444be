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
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/** One server holds all keys: each operation is one script, which touches a session and its user in the same step. */
final class OneSlot implements Layout {
    private final RedisLink link;
    private final Keys keys;
    private final Script create;
    private final Script change;
    private final Script raise;
    private final Script end;
    private final Script endAll;
    private final Script list;

    OneSlot(RedisLink link, RedisSettings settings) {
        this.link = link;
        this.keys = new Keys(settings.prefix());
        Script.Constants constants = Script.Constants.of(settings, true);
        this.create = Script.of("create", constants);
        this.change = Script.of("change", constants);
        this.raise = Script.of("raise", constants);
        this.end = Script.of("end", constants);
        this.endAll = Script.of("end-all", constants);
        this.list = Script.of("list", constants);
        link.load(create, change, raise, end, endAll, list);
    }

    @Override
    public Created create(StoredSession session, PerUserLimit limit) {
        return Replies.created(run("create", create, keys.record(session.id()), Arguments.create(session, limit)));
    }

    @Override
    public Changed apply(SessionId id, Guard guard, SessionChange asked) {
        List<Object> reply = asked.privilege()
                .map(privilege -> run("apply", raise, keys.record(id), Arguments.raise(guard, asked, privilege)))
                .orElseGet(() -> run("apply", change, keys.record(id), Arguments.change(guard, asked)));
        return Replies.changed(id, reply);
    }

    @Override
    public boolean end(SessionId id, EndReason why, Instant now, OptionalInt epoch) {
        return Replies.ended(id, run("end", end, keys.record(id), Arguments.end(why, now, epoch)));
    }

    @Override
    public Set<SessionId> endAll(UserId user, Cutoff cutoff, EndReason why, Instant now) {
        return Replies.ids(run("endAll", endAll, keys.signIns(user), Arguments.endAll(user, cutoff, why, now)));
    }

    @Override
    public Page<StoredSession> list(UserId user, Optional<ListPosition> after, int size, Instant now) {
        return Replies.page(run("list", list, keys.signIns(user), Arguments.list(user, after, size, now)), size);
    }

    private List<Object> run(String operation, Script script, String key, List<String> args) {
        return link.await(operation, link.run(script, key, args));
    }
}
