package dev.coatcheck.examples.filestore;

import dev.coatcheck.json.JsonValues;
import dev.coatcheck.session.Device;
import dev.coatcheck.session.Principal;
import dev.coatcheck.session.Transport;
import dev.coatcheck.store.StoredSession;
import dev.coatcheck.store.StoredSession.Ending;
import dev.coatcheck.store.StoredSession.StoredAttribute;
import dev.coatcheck.token.Salt;
import dev.coatcheck.token.SessionId;
import dev.coatcheck.token.TokenHash;
import dev.coatcheck.token.TokenState;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A session as it stands in its file. The format comes first, so that a later release can tell what it reads. */
record SessionDocument(
        int format,
        String id,
        Optional<Principal> principal,
        Transport transport,
        int kid,
        int generation,
        String hash,
        String salt,
        List<TokenState.Step> replaced,
        int epoch,
        long revision,
        Instant createdAt,
        Optional<Instant> authenticatedAt,
        Instant lastSeenAt,
        Duration idle,
        Instant expiresAt,
        Instant deadline,
        Device device,
        Map<String, StoredAttribute> attributes,
        Optional<Ending> ending) {
    private static final JsonValues JSON = new JsonValues(16 * 1024 * 1024);

    static String write(StoredSession session) {
        TokenState token = session.token();
        return JSON.write(new SessionDocument(
                StoredSession.FORMAT,
                session.id().toString(),
                session.principal(),
                session.transport(),
                token.kid(),
                token.generation(),
                token.hash().hex(),
                token.salt().hex(),
                token.replaced(),
                session.epoch(),
                session.revision(),
                session.createdAt(),
                session.authenticatedAt(),
                session.lastSeenAt(),
                session.idle(),
                session.expiresAt(),
                session.deadline(),
                session.device(),
                session.attributes(),
                session.ending()));
    }

    /** @throws IllegalArgumentException when it is damaged, or of a newer format */
    static StoredSession read(String text) {
        SessionDocument read = JSON.read(text, SessionDocument.class);
        if (read.format > StoredSession.FORMAT) {
            throw new IllegalArgumentException("written in format " + read.format);
        }
        return new StoredSession(
                SessionId.of(read.id),
                read.principal,
                read.transport,
                new TokenState(
                        read.kid, read.generation, TokenHash.ofHex(read.hash), Salt.ofHex(read.salt), read.replaced),
                read.epoch,
                read.revision,
                read.createdAt,
                read.authenticatedAt,
                read.lastSeenAt,
                read.idle,
                read.expiresAt,
                read.deadline,
                read.device,
                read.attributes,
                read.ending);
    }
}
