package dev.coatcheck.browser;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/** One request from asking to outcome: main fetch, HTTP fetch and redirects of the Fetch standard, or a navigation of HTML's. */
final class Load {
    private static final int MOST_REDIRECTS = 20;

    private final Services services;
    private final Request request;
    private final Document client;
    private final Plan plan;
    private final Hop hop;
    private final Decisions log = new Decisions();
    private final List<Exchange> exchanges = new ArrayList<>();
    private final Trip trip;
    private final Gate gate;
    private final Preflight preflight;
    private final Wire wire;
    private final Reading reading;
    private boolean pending;
    private Optional<Document> destination = Optional.empty();

    Load(Services services, Request request, Document client, Url url) {
        this.services = services;
        this.request = request;
        this.client = client;
        this.plan = Plan.of(request, client);
        boolean get = plan.method().equals("GET");
        Url asked = request.kind() == RequestKind.FORM && get && request.body().isPresent()
                ? url.withQuery(request.body().get())
                : url;
        this.hop = new Hop(plan, request, client, asked, services.settings().profile());
        if (request.kind() == RequestKind.IFRAME || request.target() == Request.Target.CHILD_FRAME) {
            hop.inChildFrame();
        }
        this.trip = new Trip(services, request, client, plan, hop, log, exchanges);
        this.gate = new Gate(trip);
        this.preflight = new Preflight(trip);
        this.wire = new Wire(trip);
        this.reading = new Reading(trip);
    }

    /** The document that a navigation ended in; empty if the old one stays. */
    Optional<Document> destination() {
        return destination;
    }

    /** The hop that the request ended on. */
    Hop hop() {
        return hop;
    }

    Plan plan() {
        return plan;
    }

    Outcome run() {
        Optional<Rule> invalid = gate.invalid();
        if (invalid.isPresent()) {
            log.refuse(Step.SEND_REQUEST, trip.subject(), invalid.get(), hop.url());
            return failed();
        }
        gate.noteDroppedHeaders();
        while (true) {
            Passage passage = gate.passage();
            if (passage != Passage.OPEN) {
                return stopped(passage);
            }
            if (preflight.isNeeded() && !preflight.isPassed()) {
                return failed();
            }
            if (upgradedByHsts()) {
                continue;
            }
            Optional<NetworkResponse> response = wire.exchange();
            if (response.isEmpty()) {
                return failed();
            }
            Optional<Outcome> end = Trip.isRedirect(response.get()) ? redirect(response.get()) : finish(response.get());
            if (end.isPresent()) {
                return end.get();
            }
        }
    }

    private boolean upgradedByHsts() {
        if (!services.hsts().upgrades(hop.url(), services.now())) {
            return false;
        }
        log.allow(Step.SEND_REQUEST, trip.subject(), Rule.HSTS_UPGRADE, hop.url());
        hop.redirect(hop.url().upgraded(), 307, Headers.NONE);
        return true;
    }

    // Redirects

    private Optional<Outcome> redirect(NetworkResponse response) {
        if (!reading.passesCorsCheck(response)) {
            return Optional.of(failed());
        }
        if (request.redirect() == RedirectMode.MANUAL && request.kind() == RequestKind.FETCH) {
            log.refuse(Step.FOLLOW_REDIRECT, trip.subject(), Rule.REDIRECT_MODE_MANUAL, hop.url());
            return Optional.of(outcome(
                    false, Optional.of(ResponseType.OPAQUE_REDIRECT), OptionalInt.of(0), Set.of(), Optional.empty()));
        }
        String location = response.headers().first("Location").orElse("");
        Optional<Url> target = hop.url().resolve(CookieText.decoded(location));
        Optional<Rule> refusal = redirectRefusal(location, target);
        if (refusal.isPresent()) {
            log.refuse(
                    Step.FOLLOW_REDIRECT,
                    trip.subject(),
                    refusal.get(),
                    hop.url(),
                    Optional.of("Location: " + withoutUserInfo(location)),
                    Optional.empty());
            return Optional.of(failed());
        }
        String before = hop.method();
        boolean wasTainted = hop.isTainted();
        Url from = hop.url();
        hop.redirect(target.orElseThrow(), response.status(), response.headers());
        Rule rule = before.equals(hop.method()) ? Rule.REDIRECT_FOLLOWED : Rule.REDIRECT_CHANGES_METHOD;
        log.allow(Step.FOLLOW_REDIRECT, from.withoutFragment(), rule, from, "Location: " + withoutUserInfo(location));
        if (plan.isCors() && hop.isTainted() && !wasTainted) {
            log.allow(Step.FOLLOW_REDIRECT, from.withoutFragment(), Rule.REDIRECT_TAINTS_ORIGIN, from);
        }
        return Optional.empty();
    }

    private Optional<Rule> redirectRefusal(String location, Optional<Url> target) {
        if (request.redirect() == RedirectMode.ERROR && request.kind() == RequestKind.FETCH) {
            return Optional.of(Rule.REDIRECT_MODE_ERROR);
        }
        if (target.isEmpty() && hop.corsFlag() && isForeignScheme(location)) {
            return Optional.of(Rule.REDIRECT_SCHEME);
        }
        if (target.isEmpty() || target.get().isWebSocket() || request.kind() == RequestKind.WEB_SOCKET) {
            return Optional.of(Rule.REDIRECT_BAD_LOCATION);
        }
        if (hop.redirects() >= MOST_REDIRECTS) {
            return Optional.of(Rule.REDIRECT_LIMIT);
        }
        boolean foreign = hop.corsFlag()
                || !client.origin().equals(Optional.of(target.get().origin()));
        return plan.isCors() && foreign && target.get().hasCredentials()
                ? Optional.of(Rule.REDIRECT_CREDENTIALS)
                : Optional.empty();
    }

    /** Schemes that the network would follow, were it not for CORS; data:, blob: and the like it never follows. */
    private static boolean isForeignScheme(String location) {
        return location.matches("(?s)[A-Za-z][A-Za-z0-9+.\\-]*:.*")
                && !location.matches("(?is)(https?|wss?|data|blob|file|filesystem|about|javascript):.*");
    }

    private static String withoutUserInfo(String location) {
        return location.replaceFirst("//[^/?#]*@", "//[redacted]@");
    }

    // The end

    private Optional<Outcome> finish(NetworkResponse response) {
        if (plan.isNavigation()) {
            return Optional.of(arrive(response));
        }
        if (!reading.passesCorsCheck(response)) {
            return Optional.of(failed());
        }
        boolean opaque = !hop.corsFlag() && !hop.isBasic();
        log.allow(
                Step.READ_RESPONSE,
                trip.subject(),
                opaque ? Rule.OPAQUE_RESPONSE : hop.corsFlag() ? Rule.CORS_PASSED : Rule.SAME_ORIGIN_READABLE,
                hop.url());
        return Optional.of(
                switch (request.kind()) {
                    case FETCH, XHR -> read(response, opaque);
                    case IMAGE -> loaded(Reading.isImage(response));
                    case SCRIPT -> loaded(response.status() >= 200 && response.status() < 300);
                    case EVENT_SOURCE -> loaded(response.status() == 200 && Reading.isEventStream(response));
                    case WEB_SOCKET -> loaded(response.status() == 101);
                    default -> loaded(false);
                });
    }

    private Outcome loaded(boolean loaded) {
        return outcome(loaded, Optional.empty(), OptionalInt.empty(), Set.of(), Optional.empty());
    }

    private Outcome read(NetworkResponse response, boolean opaque) {
        if (opaque) {
            return outcome(false, Optional.of(ResponseType.OPAQUE), OptionalInt.of(0), Set.of(), Optional.empty());
        }
        return outcome(
                true,
                Optional.of(hop.corsFlag() ? ResponseType.CORS : ResponseType.BASIC),
                OptionalInt.of(response.status()),
                reading.exposed(response.headers()),
                Optional.of(response.body()));
    }

    private Outcome arrive(NetworkResponse response) {
        if (response.status() != 204 && response.status() != 205) {
            destination = Optional.of(
                    plan.mainFrame()
                            ? Document.page(hop.url(), response.headers())
                            : client.isFrame() ? client.navigated(hop.url(), response.headers()) : client);
        }
        return outcome(true, Optional.empty(), OptionalInt.empty(), Set.of(), Optional.of(response.body()));
    }

    private Outcome stopped(Passage passage) {
        pending = passage == Passage.WAITING;
        if (passage == Passage.ERROR_PAGE) {
            destination = Optional.of(Document.error());
        }
        return failed();
    }

    private Outcome failed() {
        boolean broken = plan.mainFrame() && !exchanges.isEmpty() && destination.isEmpty();
        if (broken) {
            destination = Optional.of(Document.error());
        }
        return outcome(false, Optional.empty(), OptionalInt.empty(), Set.of(), Optional.empty());
    }

    private Outcome outcome(
            boolean readable,
            Optional<ResponseType> type,
            OptionalInt status,
            Set<String> exposed,
            Optional<String> body) {
        Optional<String> end =
                plan.mainFrame() ? Optional.of(destination.orElse(client.top()).address()) : followed(readable);
        return new Outcome(exchanges, log.all(), readable, type, status, exposed, body, end, pending);
    }

    private Optional<String> followed(boolean readable) {
        return readable && hop.redirects() > 0 ? Optional.of(hop.url().withoutFragment()) : Optional.empty();
    }
}
