package dev.coatcheck.endpoints;

import dev.coatcheck.Exchange;
import dev.coatcheck.Problem;
import dev.coatcheck.ProblemException;
import dev.coatcheck.http.WebResponse;
import dev.coatcheck.store.Page;
import dev.coatcheck.store.PageToken;
import dev.coatcheck.store.StoredSession;
import dev.coatcheck.token.SessionId;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** {@code /auth/sessions}: a person sees where they are signed in, and ends what they do not know. */
final class DeviceEndpoints {
    private static final int PAGE = 50;

    private DeviceEndpoints() {}

    static WebResponse list(Exchange exchange) {
        AuthEndpoints.requireSignedIn(exchange);
        Optional<SessionId> own = exchange.session().id();
        Page<StoredSession> page =
                exchange.session().devices(exchange.queryParameter("after").map(DeviceEndpoints::pageToken), PAGE);
        Instant now = exchange.now();
        List<Map<String, Object>> devices = page.items().stream()
                .map(session -> {
                    Map<String, Object> members = new LinkedHashMap<>();
                    members.put("current", own.filter(session.id()::equals).isPresent());
                    members.putAll(SessionDocument.session(session, now));
                    return members;
                })
                .toList();
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("sessions", devices);
        page.next().ifPresent(next -> members.put("next", next.value()));
        return AuthEndpoints.json(200, members);
    }

    static WebResponse end(Exchange exchange) {
        AuthEndpoints.requireSignedIn(exchange);
        String path = exchange.request().path();
        SessionId device = SessionId.parse(path.substring(path.lastIndexOf('/') + 1))
                .orElseThrow(() -> ProblemException.of(Problem.notFound()));
        boolean own = exchange.session().id().filter(device::equals).isPresent();
        boolean ended = own ? exchange.session().signOut() : exchange.session().endDevice(device);
        if (!ended) {
            throw ProblemException.of(Problem.notFound());
        }
        return WebResponse.status(204).with("Cache-Control", "private, no-store");
    }

    static WebResponse endOthers(Exchange exchange) {
        AuthEndpoints.requireSignedIn(exchange);
        return AuthEndpoints.json(
                200, Map.of("ended", exchange.session().endOtherDevices().size()));
    }

    private static PageToken pageToken(String text) {
        try {
            return new PageToken(text);
        } catch (IllegalArgumentException e) {
            throw ProblemException.of(Problem.malformed("after is not the next of a page."));
        }
    }
}
