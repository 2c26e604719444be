package dev.coatcheck.stores.redis;

import static dev.coatcheck.stores.redis.RecordFormat.millis;

import dev.coatcheck.session.UserId;
import dev.coatcheck.store.Cutoff;
import dev.coatcheck.store.EndReason;
import dev.coatcheck.store.Guard;
import dev.coatcheck.store.ListPosition;
import dev.coatcheck.store.PerUserLimit;
import dev.coatcheck.store.SessionChange;
import dev.coatcheck.store.SessionChange.AttributeChange;
import dev.coatcheck.store.SessionChange.Privilege;
import dev.coatcheck.store.StoredSession;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** The arguments of the scripts, in the order that each script's first lines name. */
final class Arguments {
    private Arguments() {}

    static List<String> create(StoredSession session, PerUserLimit limit) {
        // An ended record counts for nobody: it is stored without a place in its user's list.
        Optional<UserId> user = session.ending().isPresent()
                ? Optional.empty()
                : session.principal().map(principal -> principal.id());
        List<String> args = new ArrayList<>(List.of(
                session.id().toString(),
                millis(session.lastSeenAt()),
                millis(session.deadline()),
                user.map(RecordFormat::user).orElse(""),
                session.authenticatedAt().map(RecordFormat::millis).orElse(""),
                Integer.toString(limit.most()),
                limit.policy().name()));
        args.addAll(RecordFormat.fields(session));
        return args;
    }

    /** A change without a privilege. */
    static List<String> change(Guard guard, SessionChange change) {
        List<String> args = new ArrayList<>(7 + 3 * change.attributes().size());
        args.add(millis(guard.now()));
        args.add(Integer.toString(guard.epoch()));
        args.add(change.touch().map(touch -> millis(touch.seenAt())).orElse(""));
        args.add(change.touch().map(touch -> millis(touch.deadline())).orElse(""));
        args.add(
                change.token().map(token -> RecordFormat.step(token.expected())).orElse(""));
        args.add(change.token().map(token -> RecordFormat.token(token.next())).orElse(""));
        List<String> fields = new ArrayList<>();
        List<String> values = new ArrayList<>();
        List<String> versions = new ArrayList<>();
        List<String> removed = new ArrayList<>();
        change.attributes().forEach((name, attribute) -> {
            String field = RecordFormat.field(name);
            if (attribute instanceof AttributeChange.Remove) {
                removed.add(field);
                return;
            }
            fields.add(field);
            values.add(json(attribute));
            versions.add(expectedVersion(attribute));
        });
        args.add(Integer.toString(fields.size()));
        args.addAll(fields);
        args.addAll(values);
        args.addAll(versions);
        args.addAll(removed);
        return args;
    }

    /** A change with this privilege. */
    static List<String> raise(Guard guard, SessionChange change, Privilege privilege) {
        List<String> args = new ArrayList<>(List.of(
                millis(guard.now()),
                Integer.toString(guard.epoch()),
                change.token().map(token -> RecordFormat.step(token.expected())).orElse(""),
                RecordFormat.user(privilege.principal().id()),
                millis(privilege.authenticatedAt()),
                millis(privilege.seenAt()),
                millis(privilege.deadline()),
                RecordFormat.token(privilege.token()),
                RecordFormat.facts(
                        privilege.idle(),
                        privilege.expiresAt(),
                        privilege.device(),
                        Optional.of(privilege.principal())),
                Integer.toString(privilege.limit().most()),
                privilege.limit().policy().name(),
                Integer.toString(privilege.survivors().size())));
        args.addAll(privilege.survivors());
        change.attributes()
                .forEach((name, attribute) -> args.addAll(List.of(
                        kind(attribute), RecordFormat.field(name), json(attribute), expectedVersion(attribute))));
        return args;
    }

    private static String kind(AttributeChange change) {
        if (change instanceof AttributeChange.Put) {
            return "P";
        }
        return change instanceof AttributeChange.Swap ? "S" : "R";
    }

    private static String json(AttributeChange change) {
        if (change instanceof AttributeChange.Put put) {
            return put.json();
        }
        return change instanceof AttributeChange.Swap swap ? swap.json() : "";
    }

    private static String expectedVersion(AttributeChange change) {
        return change instanceof AttributeChange.Swap swap ? Long.toString(swap.expectedVersion()) : "";
    }

    static List<String> end(EndReason why, Instant now, OptionalInt epoch) {
        return List.of(millis(now), why.name(), epoch.isEmpty() ? "" : Integer.toString(epoch.getAsInt()));
    }

    static List<String> endAll(UserId user, Cutoff cutoff, EndReason why, Instant now) {
        return List.of(
                RecordFormat.user(user),
                millis(cutoff.notBefore()),
                Long.toString(cutoff.keptFor().toMillis()),
                cutoff.except().map(Object::toString).orElse(""),
                millis(now),
                why.name());
    }

    static List<String> list(UserId user, Optional<ListPosition> after, int size, Instant now) {
        return List.of(
                RecordFormat.user(user),
                millis(now),
                Integer.toString(size),
                after.map(last -> millis(last.authenticatedAt())).orElse(""),
                after.map(last -> last.id().toString()).orElse(""));
    }
}
