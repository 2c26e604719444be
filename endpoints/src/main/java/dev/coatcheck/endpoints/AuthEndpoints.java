package dev.coatcheck.endpoints;

import dev.coatcheck.Authenticator;
import dev.coatcheck.Exchange;
import dev.coatcheck.Problem;
import dev.coatcheck.ProblemException;
import dev.coatcheck.Routes;
import dev.coatcheck.http.WebResponse;
import dev.coatcheck.json.JsonDocument;
import dev.coatcheck.session.Transport;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Sign-in, sign-out, the session document, the device list: the routes to mount with {@code Coatcheck.Builder.routes}. */
public final class AuthEndpoints {
    private final Authenticator authenticator;
    private final Set<Transport> transports;
    private final Optional<SessionEvents> events;

    /**
     * The endpoints over this proof of who someone is.
     *
     * @param transports what a sign-in may ask for; the others are refused
     */
    public AuthEndpoints(Authenticator authenticator, Set<Transport> transports) {
        this(authenticator, transports, Optional.empty());
    }

    private AuthEndpoints(Authenticator authenticator, Set<Transport> transports, Optional<SessionEvents> events) {
        this.authenticator = authenticator;
        this.transports = Set.copyOf(transports);
        this.events = events;
    }

    /** These endpoints and {@code GET /events}, which streams what happens to a session; closing them is the caller's. */
    public AuthEndpoints withEvents(SessionEvents sessionEvents) {
        return new AuthEndpoints(authenticator, transports, Optional.of(sessionEvents));
    }

    /** The routes below this path, {@code /auth} by default. */
    public Routes at(String base) {
        SignInEndpoint signIn = new SignInEndpoint(authenticator, transports);
        Routes routes = Routes.NONE
                .owning(base)
                .with("GET", base + "/csrf", this::csrf)
                .withoutToken("POST", base + "/login", signIn)
                .with("GET", base + "/session", this::session)
                .with("POST", base + "/logout", this::logout)
                .with("GET", base + "/sessions", DeviceEndpoints::list)
                .with("DELETE", base + "/sessions", DeviceEndpoints::endOthers)
                .with("DELETE", base + "/sessions/*", DeviceEndpoints::end);
        return events.map(streams -> routes.checkingOrigin("GET", base + "/events", streams::answer))
                .orElse(routes);
    }

    private WebResponse csrf(Exchange exchange) {
        if (!exchange.takesCookies()) {
            throw ProblemException.of(Problem.malformed(
                    "A request with a bearer token needs no CSRF token: only cookies can be ridden on."));
        }
        String token = exchange.handOutCsrf().reveal();
        return json(200, Map.of("csrfToken", token));
    }

    private WebResponse session(Exchange exchange) {
        if (exchange.queryParameter("slide").filter("false"::equals).isPresent()) {
            exchange.doNotTouch();
        }
        requireSignedIn(exchange);
        return SessionDocument.answer(exchange);
    }

    /** A ticket that is over already is signed out; its cookie stays, a newer one may have taken its place. */
    private WebResponse logout(Exchange exchange) {
        exchange.session().signOut();
        return WebResponse.status(204).with("Cache-Control", "private, no-store");
    }

    static void requireSignedIn(Exchange exchange) {
        if (exchange.session().principal().isEmpty()) {
            throw ProblemException.of(exchange.caller().whyNotSignedIn());
        }
        exchange.keepPrivate();
    }

    static WebResponse json(int status, Map<String, ?> members) {
        return WebResponse.status(status)
                .withBody(JsonDocument.MEDIA_TYPE, JsonDocument.bytes(new LinkedHashMap<>(members)));
    }
}
