package dev.coatcheck.browser;

import java.util.Optional;
import java.util.Set;

/** The CORS preflight of a hop: whether one is needed, and whether it is passed (Fetch §4.8). */
final class Preflight {
    private final Trip trip;
    private final Services services;
    private final Plan plan;
    private final Hop hop;
    private final Decisions log;

    Preflight(Trip trip) {
        this.trip = trip;
        this.services = trip.services();
        this.plan = trip.plan();
        this.hop = trip.hop();
        this.log = trip.log();
    }

    boolean isNeeded() {
        if (!plan.isCors()) {
            return false;
        }
        if (!hop.corsFlag()) {
            log.allow(Step.NEED_PREFLIGHT, trip.subject(), Rule.SAME_ORIGIN_NEEDS_NO_PREFLIGHT, hop.url());
            return false;
        }
        Set<String> unsafe = Safelists.unsafeNames(hop.headers());
        if (Safelists.isSafeMethod(hop.method()) && unsafe.isEmpty()) {
            log.allow(Step.NEED_PREFLIGHT, trip.subject(), Rule.SIMPLE_REQUEST, hop.url());
            return false;
        }
        if (services.preflights()
                .covers(
                        hop.corsOrigin(),
                        hop.url(),
                        hop.access().partition(),
                        trip.withCredentials(),
                        hop.method(),
                        unsafe,
                        services.now())) {
            log.allow(Step.NEED_PREFLIGHT, trip.subject(), Rule.PREFLIGHT_CACHED, hop.url());
            return false;
        }
        boolean method = !Safelists.isSafeMethod(hop.method());
        log.allow(
                Step.NEED_PREFLIGHT,
                trip.subject(),
                method ? Rule.METHOD_NOT_SAFELISTED : Rule.HEADER_NOT_SAFELISTED,
                hop.url(),
                method ? hop.method() : String.join(", ", unsafe));
        return true;
    }

    boolean isPassed() {
        log.aboutPreflight(true);
        boolean passed = !isPreflightUpgraded() && sendPreflight();
        log.aboutPreflight(false);
        return passed;
    }

    /** HSTS answers the preflight by a redirect inside the browser, and preflights are never redirected. */
    private boolean isPreflightUpgraded() {
        boolean upgraded = services.hsts().upgrades(hop.url(), services.now());
        if (upgraded) {
            log.refuse(
                    Step.PASS_PREFLIGHT,
                    trip.subject(),
                    Rule.PREFLIGHT_REDIRECT,
                    hop.url(),
                    Optional.of("HSTS, which redirects to https"),
                    Optional.of(hop.url().upgraded().withoutFragment()));
        }
        return upgraded;
    }

    private boolean sendPreflight() {
        NetworkRequest preflight =
                new NetworkRequest("OPTIONS", trip.subject(), hop.preflightHeaders(), Optional.empty(), true);
        Optional<NetworkResponse> response = trip.send(preflight);
        if (response.isEmpty()) {
            return false;
        }
        for (String line : response.get().headers().all("Set-Cookie")) {
            log.refuse(Step.STORE_COOKIE, Trip.nameOf(line), Rule.COOKIE_ON_PREFLIGHT, hop.url());
        }
        if (Trip.isRedirect(response.get())) {
            log.refuse(
                    Step.PASS_PREFLIGHT,
                    trip.subject(),
                    Rule.PREFLIGHT_REDIRECT,
                    hop.url(),
                    Optional.of("status " + response.get().status()),
                    Optional.of("status 204"));
            return false;
        }
        Optional<Cors.Refusal> refusal = Cors.preflight(
                response.get(),
                hop.corsOrigin(),
                trip.withCredentials(),
                hop.method(),
                Safelists.unsafeNames(hop.headers()));
        if (refusal.isPresent()) {
            Cors.Refusal why = refusal.get();
            log.refuse(Step.PASS_PREFLIGHT, trip.subject(), why.rule(), hop.url(), why.seen(), why.needed());
            return false;
        }
        services.preflights()
                .remember(
                        hop.corsOrigin(),
                        hop.url(),
                        hop.access().partition(),
                        response.get().headers(),
                        trip.withCredentials(),
                        services.now());
        log.allow(Step.PASS_PREFLIGHT, trip.subject(), Rule.PREFLIGHT_PASSED, hop.url());
        return true;
    }
}
