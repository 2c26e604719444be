package dev.coatcheck.browser;

import dev.coatcheck.site.Hosts;
import java.util.Optional;

/** What stops a request inside the browser: contradictions, the sandbox, mixed content, modes and local network access. */
final class Gate {
    private final Trip trip;
    private final Services services;
    private final Request request;
    private final Document client;
    private final Plan plan;
    private final Hop hop;
    private final Decisions log;

    Gate(Trip trip) {
        this.trip = trip;
        this.services = trip.services();
        this.request = trip.request();
        this.client = trip.client();
        this.plan = trip.plan();
        this.hop = trip.hop();
        this.log = trip.log();
    }

    /** Whether a hop may leave the browser, asked again after each redirect. */
    Passage passage() {
        Passage passage = passesUserInfo();
        passage = passage == Passage.OPEN ? passesMixedContent() : passage;
        passage = passage == Passage.OPEN ? passesMode() : passage;
        return passage == Passage.OPEN ? passesLocalNetwork() : passage;
    }

    Optional<Rule> invalid() {
        boolean script = request.kind() == RequestKind.FETCH || request.kind() == RequestKind.XHR;
        boolean bodyless = plan.method().equals("GET") || plan.method().equals("HEAD");
        if (script && Safelists.isForbiddenMethod(request.method())) {
            return Optional.of(Rule.FORBIDDEN_METHOD);
        }
        if (script && (!Safelists.isToken(request.method()) || hasMalformedHeader())) {
            return Optional.of(Rule.INVALID_REQUEST);
        }
        if (plan.fetchMode().equals(Plan.NO_CORS) && !Safelists.isSafeMethod(plan.method())) {
            return Optional.of(Rule.NO_CORS_METHOD);
        }
        if (request.kind() == RequestKind.FETCH && isContradictory(bodyless)) {
            return Optional.of(Rule.INVALID_REQUEST);
        }
        if (hop.url().isWebSocket() != (request.kind() == RequestKind.WEB_SOCKET)) {
            return Optional.of(Rule.INVALID_REQUEST);
        }
        return sandboxRefusal();
    }

    private boolean isContradictory(boolean bodyless) {
        boolean noCors = plan.fetchMode().equals(Plan.NO_CORS);
        return hop.url().hasCredentials()
                || (bodyless && request.body().isPresent())
                || (noCors && request.redirect() != RedirectMode.FOLLOW)
                || (request.cache() == CacheMode.ONLY_IF_CACHED && request.mode() != Mode.SAME_ORIGIN);
    }

    private boolean hasMalformedHeader() {
        return request.headers().fields().stream()
                .anyMatch(field -> !Safelists.isToken(field.name())
                        || field.value().chars().anyMatch(c -> c == 0 || c == '\r' || c == '\n' || c > 0xff));
    }

    private Optional<Rule> sandboxRefusal() {
        if (request.kind() == RequestKind.FORM && !client.sandboxAllows("allow-forms")) {
            return Optional.of(Rule.SANDBOX_FORMS);
        }
        if (request.kind() == RequestKind.OPEN && !client.sandboxAllows("allow-popups")) {
            return Optional.of(Rule.SANDBOX_POPUPS);
        }
        boolean movesTop = client.isFrame() && request.target() == Request.Target.TOP;
        boolean allowed = client.sandboxAllows("allow-top-navigation")
                || (request.hasUserGesture() && client.sandboxAllows("allow-top-navigation-by-user-activation"));
        return movesTop && !allowed ? Optional.of(Rule.SANDBOX_TOP_NAVIGATION) : Optional.empty();
    }

    void noteDroppedHeaders() {
        if (plan.isNavigation()) {
            return;
        }
        for (Headers.Field field : request.headers().fields()) {
            if (!plan.headers().contains(field.name())) {
                Rule rule = Safelists.isForbidden(field) ? Rule.FORBIDDEN_HEADER : Rule.NO_CORS_HEADER;
                log.refuse(Step.ATTACH_HEADER, field.name(), rule, hop.url());
            }
        }
    }

    private Passage passesUserInfo() {
        if (plan.mainFrame() || !hop.url().hasCredentials()) {
            return Passage.OPEN;
        }
        log.refuse(Step.SEND_REQUEST, trip.subject(), Rule.URL_CREDENTIALS, hop.url());
        return request.kind() == RequestKind.IFRAME ? Passage.WAITING : Passage.CLOSED;
    }

    private Passage passesMixedContent() {
        Url url = hop.url();
        boolean trusted = url.isPotentiallyTrustworthy() && services.settings().profile() != Profile.SAFARI;
        boolean insecure = !url.isSecure() && !trusted;
        if (!client.forbidsMixedContent() || url.isSecure()) {
            return Passage.OPEN;
        }
        if (plan.mainFrame()) {
            boolean formData = request.kind() == RequestKind.FORM
                    && (trip.redirects() == 0 || hop.method().equals("POST"));
            return insecure && formData ? mixedForm() : Passage.OPEN;
        }
        if (!insecure) {
            log.allow(Step.SEND_REQUEST, trip.subject(), Rule.MIXED_CONTENT_LOOPBACK, url);
            return Passage.OPEN;
        }
        if (services.localNetwork().exemptsFromMixedContent(url, request.targetAddressSpace())) {
            log.allow(Step.SEND_REQUEST, trip.subject(), Rule.MIXED_CONTENT_LOCAL, url);
            return Passage.OPEN;
        }
        if (request.kind() == RequestKind.IMAGE && !plan.isCors() && !Hosts.isIpAddress(url.host())) {
            log.allow(Step.SEND_REQUEST, trip.subject(), Rule.MIXED_CONTENT_UPGRADED, url);
            hop.upgradeInPlace();
            return Passage.OPEN;
        }
        log.refuse(
                Step.SEND_REQUEST,
                trip.subject(),
                Rule.MIXED_CONTENT_BLOCKED,
                url,
                Optional.of("an https page, and " + url.origin()),
                Optional.of(url.upgraded().origin() + ", or the API behind the app's own origin"));
        return request.kind() == RequestKind.IFRAME ? Passage.WAITING : Passage.CLOSED;
    }

    private Passage mixedForm() {
        log.refuse(
                Step.SEND_REQUEST,
                trip.subject(),
                Rule.MIXED_FORM_BLOCKED,
                hop.url(),
                Optional.of(hop.url().origin().toString()),
                Optional.of(hop.url().upgraded().origin().toString()));
        return Passage.ERROR_PAGE;
    }

    private Passage passesMode() {
        if (plan.fetchMode().equals(Plan.SAME_ORIGIN) && !hop.isSameOrigin()) {
            log.refuse(
                    Step.SEND_REQUEST,
                    trip.subject(),
                    Rule.SAME_ORIGIN_MODE,
                    hop.url(),
                    Optional.of("mode: same-origin"),
                    Optional.of("mode: cors"));
            return Passage.CLOSED;
        }
        return Passage.OPEN;
    }

    private Passage passesLocalNetwork() {
        if (plan.mainFrame()) {
            return Passage.OPEN;
        }
        PermissionState state = services.localNetwork().decide(client, hop.url(), request.targetAddressSpace(), log);
        return switch (state) {
            case GRANTED -> Passage.OPEN;
            case PROMPT -> Passage.WAITING;
            case DENIED -> Passage.CLOSED;
        };
    }
}
