package dev.coatcheck.endpoints;

import dev.coatcheck.Authenticator;
import dev.coatcheck.Exchange;
import dev.coatcheck.Password;
import dev.coatcheck.Problem;
import dev.coatcheck.ProblemException;
import dev.coatcheck.SignIn;
import dev.coatcheck.WebEndpoint;
import dev.coatcheck.http.WebResponse;
import dev.coatcheck.json.JsonBody;
import dev.coatcheck.session.Principal;
import dev.coatcheck.session.Transport;
import java.io.IOException;
import java.time.Instant;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** {@code POST /auth/login}: JSON only, and by cookie only from a listed origin. */
final class SignInEndpoint implements WebEndpoint {
    private final Authenticator authenticator;
    private final Set<Transport> transports;

    SignInEndpoint(Authenticator authenticator, Set<Transport> transports) {
        this.authenticator = authenticator;
        this.transports = transports;
    }

    /** What a sign-in is asked with. */
    record Body(String username, Password password, Optional<String> transport, Optional<String> deviceName) {}

    @Override
    public WebResponse handle(Exchange exchange) {
        Instant began = exchange.now();
        Body body = read(exchange);
        try {
            Transport transport = transport(body.transport());
            if (transport == Transport.COOKIE) {
                requireCookieSignIn(exchange);
            }
            Authenticator.Attempt attempt =
                    new Authenticator.Attempt(body.username(), body.password(), exchange.clientAddress());
            Principal principal = authenticator
                    .authenticate(attempt)
                    .fold(
                            Authenticator.Outcome.Accepted::principal,
                            refused -> {
                                throw ProblemException.of(Problem.credentialsInvalid());
                            },
                            throttled -> {
                                throw ProblemException.of(Problem.loginThrottled(throttled.retryAfter()));
                            });
            return signIn(exchange, principal, transport, body.deviceName().orElse(""), began);
        } finally {
            body.password().wipe();
        }
    }

    private static WebResponse signIn(
            Exchange exchange, Principal principal, Transport transport, String deviceName, Instant began) {
        SignIn.SignedIn entered = exchange.session()
                .signIn(principal, transport, exchange.device(deviceName), began)
                .fold(signedIn -> signedIn, refused -> {
                    throw ProblemException.of(refused);
                });
        exchange.keepPrivate();
        if (transport == Transport.COOKIE) {
            return SessionDocument.answer(exchange);
        }
        Map<String, Object> members = SessionDocument.of(exchange);
        members.put("accessToken", entered.token().reveal());
        members.put("tokenType", "Bearer");
        members.put(
                "expiresIn",
                SessionDocument.seconds(exchange.now(), entered.session().expiresAt()));
        return AuthEndpoints.json(200, members);
    }

    private static Body read(Exchange exchange) {
        try {
            return JsonBody.read(exchange.request(), JsonBody.USUAL_LIMIT, Body.class)
                    .fold(body -> body, refused -> {
                        throw ProblemException.of(
                                Problem.malformed(refused.reason().status(), refused.detail()));
                    });
        } catch (IOException e) {
            throw ProblemException.of(Problem.malformed("The body ended early."));
        }
    }

    private Transport transport(Optional<String> asked) {
        Transport transport = asked.map(SignInEndpoint::named)
                .orElse(transports.contains(Transport.COOKIE) ? Transport.COOKIE : Transport.BEARER);
        if (!transports.contains(transport)) {
            throw ProblemException.of(Problem.malformed(
                    "The transport " + transport.wireName() + " is not enabled here: see the setting transports."));
        }
        return transport;
    }

    private static Transport named(String wireName) {
        return Arrays.stream(Transport.values())
                .filter(transport -> transport.wireName().equals(wireName))
                .findFirst()
                .orElseThrow(() -> ProblemException.of(Problem.malformed("transport is \"cookie\" or \"bearer\".")));
    }

    /** A page that is not listed could sign a visitor in to the attacker's account. */
    private static void requireCookieSignIn(Exchange exchange) {
        if (!exchange.takesCookies()) {
            throw ProblemException.of(
                    Problem.malformed(
                            "A request with an Authorization: Bearer header can't be answered with a cookie: leave the header away."));
        }
        if (!exchange.fromListedOrigin()) {
            throw ProblemException.of(Problem.originNotAllowed());
        }
    }
}
