package dev.coatcheck.endpoints;

import dev.coatcheck.Exchange;
import dev.coatcheck.http.WebResponse;
import dev.coatcheck.session.Principal;
import dev.coatcheck.session.Transport;
import dev.coatcheck.store.StoredSession;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What a page needs to know in one answer: who, which session, until when, and the CSRF token. */
final class SessionDocument {
    private SessionDocument() {}

    /** {@code {user, session, csrfToken}}; the times are those after this request's own touch. */
    static WebResponse answer(Exchange exchange) {
        boolean byCookie = exchange.session()
                .stored()
                .map(StoredSession::transport)
                .filter(Transport.COOKIE::equals)
                .isPresent();
        Optional<String> csrf = byCookie ? Optional.of(exchange.handOutCsrf().reveal()) : Optional.empty();
        return exchange.commitHead()
                .fold(
                        ready -> {
                            Map<String, Object> members = of(exchange);
                            csrf.ifPresent(token -> members.put("csrfToken", token));
                            return AuthEndpoints.json(200, members);
                        },
                        refused -> refused);
    }

    /** {@code user} and {@code session} of the exchange, which must have a signed-in session. */
    static Map<String, Object> of(Exchange exchange) {
        StoredSession session = exchange.session().stored().orElseThrow();
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("user", user(session.principal().orElseThrow()));
        members.put("session", session(session, exchange.now()));
        return members;
    }

    static Map<String, Object> session(StoredSession session, Instant now) {
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("id", session.id().toString());
        members.put("createdAt", session.createdAt().toString());
        members.put("lastSeenAt", session.lastSeenAt().toString());
        session.authenticatedAt().ifPresent(at -> members.put("authenticatedAt", at.toString()));
        members.put("idleExpiresAt", session.deadline().toString());
        members.put("expiresAt", session.expiresAt().toString());
        members.put("idleExpiresIn", seconds(now, session.deadline()));
        members.put("expiresIn", seconds(now, session.expiresAt()));
        members.put("transport", session.transport().wireName());
        members.put("device", session.device().name());
        members.put("userAgent", session.device().userAgent());
        members.put("address", session.device().address());
        return members;
    }

    static long seconds(Instant now, Instant until) {
        return Math.max(0, Duration.between(now, until).toSeconds());
    }

    private static Map<String, Object> user(Principal principal) {
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("id", principal.id().value());
        members.put("name", principal.name());
        members.put("roles", List.copyOf(principal.roles()));
        return members;
    }
}
