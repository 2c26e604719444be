package dev.coatcheck.stores.redis;

import static dev.coatcheck.stores.redis.RecordFormat.millis;

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
import dev.coatcheck.store.SessionChange.Privilege;
import dev.coatcheck.store.StoredSession;
import dev.coatcheck.token.SessionId;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.CompletionStage;

/**
 * A Cluster: a session and its user lie in different slots, and no script sees both. A sign-in takes its place in the
 * user's slot first, an ending happens in the session's slot first; what the user's slot decides about a sign-in that has
 * not arrived yet is left as a fence in the session's slot. See the decision "Redis Cluster" in the docs.
 */
final class ManySlots implements Layout {
    private final RedisLink link;
    private final Keys keys;
    private final Places places;
    private final Script create;
    private final Script change;
    private final Script raise;
    private final Script end;
    private final Script cut;

    ManySlots(RedisLink link, RedisSettings settings) {
        this.link = link;
        this.keys = new Keys(settings.prefix());
        Script.Constants constants = Script.Constants.of(settings, false);
        this.places = new Places(link, keys, constants);
        this.create = Script.of("create", constants);
        this.change = Script.of("change", constants);
        this.raise = Script.of("raise", constants);
        this.end = Script.of("end", constants);
        this.cut = Script.of("slots-cut", constants);
        link.load(create, change, raise, end, cut);
    }

    @Override
    public Created create(StoredSession session, PerUserLimit limit) {
        List<String> args = Arguments.create(session, limit);
        if (session.principal().isEmpty() || session.ending().isPresent()) {
            return Replies.created(run("create", create, keys.record(session.id()), args));
        }
        SignIn signIn = new SignIn(
                session.principal().get().id(),
                session.id(),
                session.authenticatedAt().orElseThrow(),
                session.deadline(),
                session.lastSeenAt(),
                limit);
        return places.reserve("create", signIn)
                .fold(
                        place -> created(signIn, place, run("create", create, keys.record(session.id()), args)),
                        () -> new Created.LimitReached(),
                        () -> new Created.CutOff());
    }

    private Created created(SignIn signIn, Places.Place place, List<Object> reply) {
        Created created = Replies.created(reply);
        if (created instanceof Created.Stored) {
            return new Created.Stored(places.makeRoom("create", signIn, place));
        }
        places.giveBack(signIn, place);
        return created;
    }

    @Override
    public Changed apply(SessionId id, Guard guard, SessionChange asked) {
        if (asked.privilege().isEmpty()) {
            List<Object> reply = run("apply", change, keys.record(id), Arguments.change(guard, asked));
            Replies.raised(reply).ifPresent(raised -> places.raise(id, raised, guard.now()));
            return Replies.changed(id, reply);
        }
        Privilege privilege = asked.privilege().get();
        List<String> args = Arguments.raise(guard, asked, privilege);
        SignIn signIn = new SignIn(
                privilege.principal().id(),
                id,
                privilege.authenticatedAt(),
                privilege.deadline(),
                guard.now(),
                privilege.limit());
        return places.reserve("apply", signIn)
                .fold(
                        place -> applied(signIn, place, run("apply", raise, keys.record(id), args)),
                        () -> new Changed.LimitReached(),
                        () -> new Changed.CutOff());
    }

    private Changed applied(SignIn signIn, Places.Place place, List<Object> reply) {
        Changed changed = Replies.changed(signIn.session(), reply);
        if (!(changed instanceof Changed.Applied done)) {
            places.giveBack(signIn, place);
            return changed;
        }
        places.settle(signIn, Replies.userBefore(reply));
        return new Changed.Applied(done.revision(), places.makeRoom("apply", signIn, place));
    }

    @Override
    public boolean end(SessionId id, EndReason why, Instant now, OptionalInt epoch) {
        List<Object> reply = run("end", end, keys.record(id), Arguments.end(why, now, epoch));
        Replies.userOfEnded(reply).ifPresent(user -> places.free(user, id, now));
        return Replies.ended(id, reply);
    }

    @Override
    public Set<SessionId> endAll(UserId user, Cutoff cutoff, EndReason why, Instant now) {
        String name = RecordFormat.user(user);
        List<SessionId> members = new ArrayList<>(places.drawLine(name, cutoff));
        cutoff.except().ifPresent(members::remove);
        List<String> args = List.of(name, millis(cutoff.notBefore()), millis(now), why.name());
        List<List<Object>> replies = link.awaitAll(
                "endAll",
                members.stream().map(id -> link.run(cut, keys.record(id), args)).toList());
        Set<SessionId> ended = new HashSet<>();
        for (int i = 0; i < members.size(); i++) {
            if (Replies.number(replies.get(i), 0) == 1) {
                ended.add(members.get(i));
                places.free(name, members.get(i), now);
            }
        }
        return Set.copyOf(ended);
    }

    @Override
    public Page<StoredSession> list(UserId user, Optional<ListPosition> after, int size, Instant now) {
        String name = RecordFormat.user(user);
        List<StoredSession> page = new ArrayList<>();
        Optional<ListPosition> last = after;
        Optional<ListPosition> shown = Optional.empty();
        while (true) {
            List<ListPosition> members = places.members(name, last, size + 1, now);
            List<Map<String, String>> records = records("list", members);
            for (int i = 0; i < members.size(); i++) {
                SessionId id = members.get(i).id();
                Map<String, String> fields = records.get(i);
                if (!name.equals(fields.get("u"))) {
                    continue;
                }
                if (fields.containsKey("x")) {
                    places.free(name, id, now);
                    continue;
                }
                Optional<StoredSession> session = Records.read(id, fields).filter(s -> s.aliveAt(now));
                if (session.isPresent() && page.size() == size) {
                    return new Page<>(page, shown.map(ListPosition::token));
                }
                session.ifPresent(page::add);
                shown = session.isPresent() ? Optional.of(members.get(i)) : shown;
            }
            if (members.size() <= size) {
                return new Page<>(page, Optional.empty());
            }
            last = Optional.of(members.get(members.size() - 1));
        }
    }

    private List<Map<String, String>> records(String operation, List<ListPosition> members) {
        List<CompletionStage<Map<String, String>>> asked = members.stream()
                .map(member -> link.fields(keys.record(member.id())))
                .toList();
        return link.awaitAll(operation, asked);
    }

    private List<Object> run(String operation, Script script, String key, List<String> args) {
        return link.await(operation, link.run(script, key, args));
    }
}
