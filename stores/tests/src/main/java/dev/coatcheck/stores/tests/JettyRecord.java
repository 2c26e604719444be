package dev.coatcheck.stores.tests;

import dev.coatcheck.json.JsonValues;
import dev.coatcheck.store.SessionChange;
import dev.coatcheck.store.SessionChange.AttributeChange;
import dev.coatcheck.store.StoredSession;
import dev.coatcheck.store.StoredSession.StoredAttribute;
import dev.coatcheck.testkit.Sessions;
import dev.coatcheck.token.SessionId;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.eclipse.jetty.session.SessionData;

/**
 * Jetty's {@link SessionData} as a record of ours, and back. What both know is a field: creation, last access, expiry. The
 * attributes are attributes, as JSON; what only Jetty knows is one more.
 */
final class JettyRecord {
    /** The attribute that holds what only Jetty knows. */
    static final String OWN = "jetty";

    private static final String VALUE = "value.";
    private static final String DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    private static final JsonValues JSON = new JsonValues();

    /** Jetty's sessions may live for ever, ours end. */
    private static final Instant NEVER = Instant.parse("9999-12-31T23:59:59Z");

    private static final Duration NEVER_IDLE = Duration.ofDays(365L * 9000);

    private JettyRecord() {}

    /** What only Jetty knows of a session. */
    record Own(
            String id,
            String contextPath,
            String host,
            Optional<String> lastNode,
            long lastAccessed,
            long cookieSet,
            long lastSaved,
            long maxInactiveMs) {}

    /** Jetty's ids are any text, and one id may stand in several contexts. */
    static SessionId key(String contextPath, String host, String id) {
        byte[] hash = sha256(String.join("\n", contextPath, host, id));
        StringBuilder digits = new StringBuilder("0");
        for (int i = 0; i < 21; i++) {
            digits.append(DIGITS.charAt(Math.floorMod(hash[i], 62)));
        }
        return SessionId.of(digits.toString());
    }

    static SessionId key(SessionData data) {
        return key(data.getContextPath(), data.getVhost(), data.getId());
    }

    /** A record that holds all of it. @throws IllegalArgumentException when an attribute is no plain data */
    static StoredSession of(SessionData data) {
        Sessions session = Sessions.anonymous(Instant.ofEpochMilli(data.getCreated()))
                .id(key(data))
                .lastSeenAt(Instant.ofEpochMilli(data.getAccessed()))
                .idle(NEVER_IDLE)
                .expiresAt(deadline(data));
        attributes(data).forEach(session::attribute);
        return session.build();
    }

    /** What turns the stored record into this data. @throws IllegalArgumentException when an attribute is no plain data */
    static SessionChange change(StoredSession stored, SessionData data) {
        Map<String, String> wanted = attributes(data);
        SessionChange change = SessionChange.NONE.with(
                new SessionChange.Touch(Instant.ofEpochMilli(data.getAccessed()), deadline(data)));
        for (Map.Entry<String, String> value : wanted.entrySet()) {
            StoredAttribute there = stored.attributes().get(value.getKey());
            if (there == null || !there.json().equals(value.getValue())) {
                change = change.with(value.getKey(), new AttributeChange.Put(value.getValue()));
            }
        }
        for (String name : stored.attributes().keySet()) {
            if (!wanted.containsKey(name)) {
                change = change.with(name, new AttributeChange.Remove());
            }
        }
        return change;
    }

    /** @throws IllegalArgumentException when the record is not what {@link #of} makes */
    static SessionData data(StoredSession stored) {
        StoredAttribute attribute = stored.attributes().get(OWN);
        if (attribute == null) {
            throw new IllegalArgumentException("not a session of Jetty's");
        }
        Own own = JSON.read(attribute.json(), Own.class);
        SessionData data = new SessionData(
                own.id(),
                own.contextPath(),
                own.host(),
                stored.createdAt().toEpochMilli(),
                stored.lastSeenAt().toEpochMilli(),
                own.lastAccessed(),
                own.maxInactiveMs());
        own.lastNode().ifPresent(data::setLastNode);
        data.setCookieSet(own.cookieSet());
        data.setExpiry(stored.deadline().equals(NEVER) ? 0 : stored.deadline().toEpochMilli());
        stored.attributes().forEach((name, value) -> {
            if (name.startsWith(VALUE)) {
                data.setAttribute(name.substring(VALUE.length()), JSON.read(value.json(), Object.class));
            }
        });
        data.setLastSaved(own.lastSaved());
        data.clean();
        return data;
    }

    private static Map<String, String> attributes(SessionData data) {
        Map<String, String> attributes = new TreeMap<>();
        attributes.put(
                OWN,
                JSON.write(new Own(
                        data.getId(),
                        data.getContextPath(),
                        data.getVhost(),
                        Optional.ofNullable(data.getLastNode()),
                        data.getLastAccessed(),
                        data.getCookieSet(),
                        data.getLastSaved(),
                        data.getMaxInactiveMs())));
        data.getAllAttributes().forEach((name, value) -> attributes.put(VALUE + name, JSON.write(value)));
        return attributes;
    }

    private static Instant deadline(SessionData data) {
        return data.getExpiry() <= 0 ? NEVER : Instant.ofEpochMilli(data.getExpiry());
    }

    private static byte[] sha256(String text) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
