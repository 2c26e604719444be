package dev.coatcheck.stores.redis;

import dev.coatcheck.session.Device;
import dev.coatcheck.session.Principal;
import dev.coatcheck.session.Transport;
import dev.coatcheck.session.UserId;
import dev.coatcheck.store.EndReason;
import dev.coatcheck.store.StoredSession;
import dev.coatcheck.store.StoredSession.Ending;
import dev.coatcheck.store.StoredSession.StoredAttribute;
import dev.coatcheck.token.Salt;
import dev.coatcheck.token.SessionId;
import dev.coatcheck.token.TokenHash;
import dev.coatcheck.token.TokenState;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A session as the fields of one Redis hash. What a script compares is a field of its own; what only Java reads stands
 * together in {@code b} (facts that never change) and {@code f} (facts that a privilege assigns), a line each, which is
 * unambiguous because {@link Device} and {@link Principal} hold no control characters.
 */
final class RecordFormat {
    private static final Base64.Encoder BASE64 = Base64.getUrlEncoder().withoutPadding();
    private static final Base64.Decoder FROM_BASE64 = Base64.getUrlDecoder();
    private static final char ATTRIBUTE = '@';
    private static final String FORMAT = Integer.toString(StoredSession.FORMAT);
    private static final Transport[] TRANSPORTS = Transport.values();

    private RecordFormat() {}

    /** Names and values in turn. */
    static List<String> fields(StoredSession session) {
        List<String> fields = new ArrayList<>(List.of(
                "v", FORMAT,
                "b", session.transport().wireName() + '\n' + millis(session.createdAt()),
                "e", Integer.toString(session.epoch()),
                "r", Long.toString(session.revision()),
                "s", millis(session.lastSeenAt()),
                "d", millis(session.deadline()),
                "t", token(session.token()),
                "f", facts(session.idle(), session.expiresAt(), session.device(), session.principal())));
        session.principal().ifPresent(principal -> fields.addAll(List.of("u", user(principal.id()))));
        session.authenticatedAt().ifPresent(at -> fields.addAll(List.of("a", millis(at))));
        session.ending().ifPresent(ending -> fields.addAll(List.of("x", ending(ending))));
        session.attributes()
                .forEach((name, value) -> fields.addAll(List.of(field(name), value.version() + ":" + value.json())));
        return fields;
    }

    /** @throws RuntimeException of any kind when the fields are not what {@link #fields} wrote */
    static StoredSession read(SessionId id, Map<String, String> fields) {
        if (!FORMAT.equals(fields.get("v"))) {
            throw new IllegalArgumentException("written in format " + fields.get("v"));
        }
        Words birth = new Words(field(fields, "b"), '\n');
        Transport transport = transport(birth.next());
        Instant createdAt = Instant.ofEpochMilli(birth.number());
        Words facts = new Words(field(fields, "f"), '\n');
        Duration idle = Duration.ofMillis(facts.number());
        Instant expiresAt = Instant.ofEpochMilli(facts.number());
        Device device = new Device(facts.next(), facts.next(), facts.next());
        return new StoredSession(
                id,
                Optional.ofNullable(fields.get("u")).map(user -> principal(user, facts)),
                transport,
                token(field(fields, "t")),
                Integer.parseInt(field(fields, "e")),
                Long.parseLong(field(fields, "r")),
                createdAt,
                Optional.ofNullable(fields.get("a")).map(RecordFormat::instant),
                instant(field(fields, "s")),
                idle,
                expiresAt,
                instant(field(fields, "d")),
                device,
                attributes(fields),
                Optional.ofNullable(fields.get("x")).map(RecordFormat::ending));
    }

    /** The field of an attribute. */
    static String field(String attribute) {
        return ATTRIBUTE + attribute;
    }

    static String facts(Duration idle, Instant expiresAt, Device device, Optional<Principal> principal) {
        List<String> lines = new ArrayList<>(List.of(
                Long.toString(idle.toMillis()),
                millis(expiresAt),
                device.name(),
                device.userAgent(),
                device.address()));
        principal.ifPresent(p -> lines.addAll(List.of(p.name(), String.join(" ", p.roles()))));
        return String.join("\n", lines);
    }

    private static Principal principal(String user, Words facts) {
        String name = facts.next();
        String roles = facts.next();
        return new Principal(userOf(user), name, roles.isEmpty() ? List.of() : List.of(roles.split(" ", -1)));
    }

    private static Transport transport(String wireName) {
        for (Transport transport : TRANSPORTS) {
            if (transport.wireName().equals(wireName)) {
                return transport;
            }
        }
        throw new IllegalArgumentException("an unknown transport");
    }

    private static Map<String, StoredAttribute> attributes(Map<String, String> fields) {
        Map<String, StoredAttribute> attributes = new LinkedHashMap<>();
        fields.forEach((name, value) -> {
            if (name.charAt(0) == ATTRIBUTE) {
                int colon = value.indexOf(':');
                attributes.put(
                        name.substring(1),
                        new StoredAttribute(value.substring(colon + 1), Long.parseLong(value, 0, colon, 10)));
            }
        });
        return attributes;
    }

    /** Begins with {@link #step}, so that a script compares the two by their beginning. */
    static String token(TokenState token) {
        StringBuilder text = new StringBuilder(step(token))
                .append(token.kid())
                .append(' ')
                .append(BASE64.encodeToString(token.salt().bytes()));
        for (TokenState.Step step : token.replaced()) {
            text.append(' ').append(millis(step.at()));
            step.successorSeenAt().ifPresent(seen -> text.append(',').append(millis(seen)));
        }
        return text.toString();
    }

    /** What {@link TokenState#sameStep} compares. */
    static String step(TokenState token) {
        return token.generation() + " " + BASE64.encodeToString(token.hash().bytes())
                + (token.confirmed() ? " 1 " : " 0 ");
    }

    private static TokenState token(String text) {
        Words words = new Words(text, ' ');
        int generation = Math.toIntExact(words.number());
        TokenHash hash = TokenHash.ofBytes(FROM_BASE64.decode(words.next()));
        words.next();
        int kid = Math.toIntExact(words.number());
        Salt salt = Salt.ofBytes(FROM_BASE64.decode(words.next()));
        List<TokenState.Step> replaced = List.of();
        if (words.more()) {
            replaced = new ArrayList<>();
            while (words.more()) {
                replaced.add(step(new Words(words.next(), ',')));
            }
        }
        return new TokenState(kid, generation, hash, salt, replaced);
    }

    private static TokenState.Step step(Words times) {
        Instant at = Instant.ofEpochMilli(times.number());
        return new TokenState.Step(
                at, times.more() ? Optional.of(Instant.ofEpochMilli(times.number())) : Optional.empty());
    }

    /** The user's name in keys: braces would change what a cluster takes for the hash tag. */
    static String user(UserId user) {
        return user.value().replace("%", "%25").replace("{", "%7B").replace("}", "%7D");
    }

    private static UserId userOf(String text) {
        return new UserId(text.replace("%7D", "}").replace("%7B", "{").replace("%25", "%"));
    }

    private static String ending(Ending ending) {
        return ending.why().name() + ' ' + millis(ending.at());
    }

    static Ending ending(String text) {
        String[] parts = text.split(" ", -1);
        return new Ending(EndReason.valueOf(parts[0]), instant(parts[1]));
    }

    static String millis(Instant instant) {
        return Long.toString(instant.toEpochMilli());
    }

    private static Instant instant(String millis) {
        return Instant.ofEpochMilli(Long.parseLong(millis));
    }

    private static String field(Map<String, String> fields, String name) {
        String value = fields.get(name);
        if (value == null) {
            throw new IllegalArgumentException("the field " + name + " is missing");
        }
        return value;
    }
}
