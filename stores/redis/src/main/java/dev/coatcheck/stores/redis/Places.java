package dev.coatcheck.stores.redis;

import static dev.coatcheck.stores.redis.RecordFormat.millis;

import dev.coatcheck.store.Cutoff;
import dev.coatcheck.store.ListPosition;
import dev.coatcheck.store.PerUserLimit;
import dev.coatcheck.token.SessionId;
import java.lang.System.Logger.Level;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * The user's slot of a Cluster: which sessions a user has, until when, and the line of the last end of all. It names every
 * session that is the user's, and some that are not: whoever reads it asks the session's own slot.
 *
 * <p>What only keeps it tidy is sent without waiting. If such a word is lost, entries are found dead by the next reader, or
 * expire.
 */
final class Places {
    private static final System.Logger LOG = System.getLogger(RedisSessionStore.class.getName());

    private final RedisLink link;
    private final Keys keys;
    private final Script reserve;
    private final Script place;
    private final Script line;
    private final Script members;
    private final Script limit;
    private final Script forget;

    Places(RedisLink link, Keys keys, Script.Constants constants) {
        this.link = link;
        this.keys = keys;
        this.reserve = Script.of("slots-reserve", constants);
        this.place = Script.of("slots-place", constants);
        this.line = Script.of("slots-line", constants);
        this.members = Script.of("slots-members", constants);
        this.limit = Script.of("slots-limit", constants);
        this.forget = Script.of("slots-forget", constants);
        link.load(reserve, place, line, members, limit, forget);
    }

    /** A place that was taken: whether it is a new one, and the user's other sessions when they may be too many. */
    record Place(boolean fresh, List<ListPosition> others) {}

    /** What became of asking for a place. */
    record Reserved(String outcome, Place place) {
        <T> T fold(Function<Place, T> reserved, Supplier<T> limitReached, Supplier<T> cutOff) {
            return switch (outcome) {
                case "reserved" -> reserved.apply(place);
                case "limit" -> limitReached.get();
                default -> cutOff.get();
            };
        }
    }

    /** Asks once more after a refusal for which some of the user's sessions turn out to be over. */
    Reserved reserve(String operation, SignIn signIn) {
        Reserved first = ask(operation, signIn);
        if (!first.outcome().equals("limit")) {
            return first;
        }
        int over = first.place().others().size()
                - living(operation, signIn, first.place()).size();
        return over > 0 ? ask(operation, signIn) : first;
    }

    private Reserved ask(String operation, SignIn signIn) {
        List<Object> reply = run(
                operation,
                reserve,
                signIn.name(),
                List.of(
                        signIn.name(),
                        signIn.session().toString(),
                        millis(signIn.authenticatedAt()),
                        millis(signIn.deadline()),
                        millis(signIn.now()),
                        Integer.toString(signIn.limit().most()),
                        signIn.limit().policy().name()));
        Replies.toForget(reply).forEach(id -> forget(signIn.name(), id));
        return Replies.reserved(reply);
    }

    /** If this word is lost, the tombstone stays until it expires. */
    private void forget(String user, SessionId id) {
        link.run(forget, keys.record(id), List.of(user)).whenComplete((reply, failure) -> {
            if (failure != null) {
                LOG.log(Level.DEBUG, "the word to forget session {0} got lost: {1}", id, failure);
            }
        });
    }

    /** Ends those seen longest ago, when there are too many with the one that was just written. */
    Set<SessionId> makeRoom(String operation, SignIn signIn, Place taken) {
        if (taken.others().isEmpty() || signIn.limit().policy() == PerUserLimit.Policy.REFUSE) {
            return Set.of();
        }
        List<Seen> living = living(operation, signIn, taken);
        List<ListPosition> tooMany = living.stream()
                .sorted(Comparator.comparing(Seen::at)
                        .thenComparing(seen -> seen.member().id()))
                .limit(Math.max(0, living.size() - signIn.limit().most() + 1))
                .map(Seen::member)
                .toList();
        List<List<Object>> replies = link.awaitAll(
                operation,
                tooMany.stream()
                        .map(member -> link.run(
                                limit,
                                record(member),
                                List.of(signIn.name(), millis(member.authenticatedAt()), millis(signIn.now()))))
                        .toList());
        List<SessionId> ended = new ArrayList<>();
        for (int i = 0; i < tooMany.size(); i++) {
            SessionId id = tooMany.get(i).id();
            switch ((int) Replies.number(replies.get(i), 0)) {
                case 1 -> {
                    ended.add(id);
                    free(signIn.name(), id, signIn.now());
                }
                case 2 -> {
                    ended.add(id);
                    tell("left", signIn.name(), id, signIn.now(), "", "");
                }
                default -> free(signIn.name(), id, signIn.now());
            }
        }
        return Set.copyOf(ended);
    }

    /** A session and when it was last seen; a sign-in that has yet to arrive was seen when it was proved. */
    private record Seen(ListPosition member, long at) {}

    private List<Seen> living(String operation, SignIn signIn, Place taken) {
        List<Map<String, String>> records = link.awaitAll(
                operation,
                taken.others().stream()
                        .map(member -> link.fields(record(member)))
                        .toList());
        List<Seen> living = new ArrayList<>();
        for (int i = 0; i < records.size(); i++) {
            Map<String, String> fields = records.get(i);
            ListPosition member = taken.others().get(i);
            if (!signIn.name().equals(fields.get("u"))) {
                living.add(new Seen(member, member.authenticatedAt().toEpochMilli()));
            } else if (fields.containsKey("x")) {
                free(signIn.name(), member.id(), signIn.now());
            } else {
                Records.read(member.id(), fields)
                        .filter(session -> session.aliveAt(signIn.now()))
                        .ifPresent(session ->
                                living.add(new Seen(member, session.lastSeenAt().toEpochMilli())));
            }
        }
        return living;
    }

    /** The sign-in was written: its place is as it says, and the one at another user is left. */
    void settle(SignIn signIn, Optional<String> userBefore) {
        tell(
                "signed-in",
                signIn.name(),
                signIn.session(),
                signIn.now(),
                millis(signIn.deadline()),
                millis(signIn.authenticatedAt()));
        userBefore
                .filter(before -> !before.equals(signIn.name()))
                .ifPresent(before -> tell("left", before, signIn.session(), signIn.now(), "", ""));
    }

    /** The sign-in was refused. */
    void giveBack(SignIn signIn, Place taken) {
        if (taken.fresh()) {
            tell("left", signIn.name(), signIn.session(), signIn.now(), "", "");
        }
    }

    void raise(SessionId id, Replies.Raised raised, Instant now) {
        tell("raised", raised.user(), id, now, raised.deadline(), "");
    }

    void free(String user, SessionId id, Instant now) {
        tell("ended", user, id, now, "", "");
    }

    Set<SessionId> drawLine(String user, Cutoff cutoff) {
        return Replies.ids(run(
                "endAll",
                line,
                user,
                List.of(
                        user,
                        millis(cutoff.notBefore()),
                        Long.toString(cutoff.keptFor().toMillis()))));
    }

    List<ListPosition> members(String user, Optional<ListPosition> after, int many, Instant now) {
        return Replies.positions(run(
                "list",
                members,
                user,
                List.of(
                        user,
                        millis(now),
                        Integer.toString(many),
                        after.map(last -> millis(last.authenticatedAt())).orElse(""),
                        after.map(last -> last.id().toString()).orElse(""))));
    }

    private void tell(String what, String user, SessionId id, Instant now, String deadline, String authenticatedAt) {
        link.run(place, keys.signIns(user), List.of(user, id.toString(), millis(now), what, deadline, authenticatedAt))
                .whenComplete((reply, failure) -> {
                    if (failure != null) {
                        LOG.log(Level.DEBUG, "the word that session {0} is {1} got lost: {2}", id, what, failure);
                    }
                });
    }

    private String record(ListPosition member) {
        return keys.record(member.id());
    }

    private List<Object> run(String operation, Script script, String user, List<String> args) {
        return link.await(operation, link.run(script, keys.signIns(user), args));
    }
}
