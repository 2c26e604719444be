package dev.coatcheck.browser;

import dev.coatcheck.site.Hosts;
import dev.coatcheck.site.ParsedSetCookie;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;

/** One request from asking to outcome: main fetch, HTTP fetch and redirects of the Fetch standard, or a navigation of HTML's. */
final class Load {
    private static final int MOST_REDIRECTS = 20;
    private static final Set<Integer> REDIRECTS = Set.of(301, 302, 303, 307, 308);

    private final Services services;
    private final Request request;
    private final Document client;
    private final Plan plan;
    private final Hop hop;
    private final Decisions log = new Decisions();
    private final List<Exchange> exchanges = new ArrayList<>();
    private int redirects;
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
        this.hop = new Hop(plan, request, client, asked);
        if (request.kind() == RequestKind.IFRAME || request.target() == Request.Target.CHILD_FRAME) {
            hop.inChildFrame();
        }
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
        Optional<Rule> invalid = invalid();
        if (invalid.isPresent()) {
            log.refuse(Step.SEND_REQUEST, subject(), invalid.get(), hop.url());
            return failed();
        }
        noteDroppedHeaders();
        while (true) {
            if (!mayLeave()) {
                return failed();
            }
            if (needsPreflight() && !passesPreflight()) {
                return failed();
            }
            if (upgradedByHsts()) {
                continue;
            }
            Optional<NetworkResponse> response = exchange();
            if (response.isEmpty()) {
                return failed();
            }
            Optional<Outcome> end = isRedirect(response.get()) ? redirect(response.get()) : finish(response.get());
            if (end.isPresent()) {
                return end.get();
            }
        }
    }

    private String subject() {
        return hop.url().withoutFragment();
    }

    // May it leave?

    private Optional<Rule> invalid() {
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

    private void noteDroppedHeaders() {
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

    private boolean mayLeave() {
        return passesUserInfo() && passesMixedContent() && passesMode() && passesLocalNetwork();
    }

    private boolean passesUserInfo() {
        if (plan.mainFrame() || !hop.url().hasCredentials()) {
            return true;
        }
        log.refuse(Step.SEND_REQUEST, subject(), Rule.URL_CREDENTIALS, hop.url());
        pending = request.kind() == RequestKind.IFRAME;
        return false;
    }

    private boolean passesMixedContent() {
        Url url = hop.url();
        boolean trusted = url.isPotentiallyTrustworthy() && services.settings().profile() != Profile.SAFARI;
        boolean insecure = !url.isSecure() && !trusted;
        if (!client.forbidsMixedContent() || url.isSecure()) {
            return true;
        }
        if (plan.mainFrame()) {
            boolean formData = request.kind() == RequestKind.FORM
                    && (redirects == 0 || hop.method().equals("POST"));
            return !(insecure && formData) || mixedForm();
        }
        if (!insecure) {
            log.allow(Step.SEND_REQUEST, subject(), Rule.MIXED_CONTENT_LOOPBACK, url);
            return true;
        }
        if (services.localNetwork().exemptsFromMixedContent(url, request.targetAddressSpace())) {
            log.allow(Step.SEND_REQUEST, subject(), Rule.MIXED_CONTENT_LOCAL, url);
            return true;
        }
        if (request.kind() == RequestKind.IMAGE && !plan.isCors() && !Hosts.isIpAddress(url.host())) {
            log.allow(Step.SEND_REQUEST, subject(), Rule.MIXED_CONTENT_UPGRADED, url);
            hop.upgradeInPlace();
            return true;
        }
        log.refuse(
                Step.SEND_REQUEST,
                subject(),
                Rule.MIXED_CONTENT_BLOCKED,
                url,
                Optional.of("an https page, and " + url.origin()),
                Optional.of(url.upgraded().origin() + ", or the API behind the app's own origin"));
        pending = request.kind() == RequestKind.IFRAME;
        return false;
    }

    private boolean mixedForm() {
        log.refuse(
                Step.SEND_REQUEST,
                subject(),
                Rule.MIXED_FORM_BLOCKED,
                hop.url(),
                Optional.of(hop.url().origin().toString()),
                Optional.of(hop.url().upgraded().origin().toString()));
        destination = Optional.of(Document.error());
        return false;
    }

    private boolean passesMode() {
        if (plan.fetchMode().equals(Plan.SAME_ORIGIN) && !hop.isSameOrigin()) {
            log.refuse(
                    Step.SEND_REQUEST,
                    subject(),
                    Rule.SAME_ORIGIN_MODE,
                    hop.url(),
                    Optional.of("mode: same-origin"),
                    Optional.of("mode: cors"));
            return false;
        }
        return true;
    }

    private boolean passesLocalNetwork() {
        if (plan.mainFrame()) {
            return true;
        }
        PermissionState state = services.localNetwork().decide(client, hop.url(), request.targetAddressSpace(), log);
        pending = state == PermissionState.PROMPT;
        return state == PermissionState.GRANTED;
    }

    private boolean upgradedByHsts() {
        if (!services.hsts().upgrades(hop.url(), services.now())) {
            return false;
        }
        log.allow(Step.SEND_REQUEST, subject(), Rule.HSTS_UPGRADE, hop.url());
        hop.redirect(hop.url().upgraded(), 307, Headers.NONE);
        redirects++;
        return true;
    }

    // Preflight

    private boolean needsPreflight() {
        if (!plan.isCors()) {
            return false;
        }
        if (!hop.corsFlag()) {
            log.allow(Step.NEED_PREFLIGHT, subject(), Rule.SAME_ORIGIN_NEEDS_NO_PREFLIGHT, hop.url());
            return false;
        }
        Set<String> unsafe = Safelists.unsafeNames(hop.headers());
        if (Safelists.isSafeMethod(hop.method()) && unsafe.isEmpty()) {
            log.allow(Step.NEED_PREFLIGHT, subject(), Rule.SIMPLE_REQUEST, hop.url());
            return false;
        }
        if (services.preflights()
                .covers(
                        hop.corsOrigin(),
                        hop.url(),
                        hop.access().partition(),
                        withCredentials(),
                        hop.method(),
                        unsafe,
                        services.now())) {
            log.allow(Step.NEED_PREFLIGHT, subject(), Rule.PREFLIGHT_CACHED, hop.url());
            return false;
        }
        boolean method = !Safelists.isSafeMethod(hop.method());
        log.allow(
                Step.NEED_PREFLIGHT,
                subject(),
                method ? Rule.METHOD_NOT_SAFELISTED : Rule.HEADER_NOT_SAFELISTED,
                hop.url(),
                method ? hop.method() : String.join(", ", unsafe));
        return true;
    }

    private boolean withCredentials() {
        return plan.credentials() == Credentials.INCLUDE;
    }

    private boolean passesPreflight() {
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
                    subject(),
                    Rule.PREFLIGHT_REDIRECT,
                    hop.url(),
                    Optional.of("HSTS, which redirects to https"),
                    Optional.of(hop.url().upgraded().withoutFragment()));
        }
        return upgraded;
    }

    private boolean sendPreflight() {
        NetworkRequest preflight =
                new NetworkRequest("OPTIONS", subject(), hop.preflightHeaders(), Optional.empty(), true);
        Optional<NetworkResponse> response = send(preflight);
        if (response.isEmpty()) {
            return false;
        }
        for (String line : response.get().headers().all("Set-Cookie")) {
            log.refuse(Step.STORE_COOKIE, nameOf(line), Rule.COOKIE_ON_PREFLIGHT, hop.url());
        }
        if (isRedirect(response.get())) {
            log.refuse(
                    Step.PASS_PREFLIGHT,
                    subject(),
                    Rule.PREFLIGHT_REDIRECT,
                    hop.url(),
                    response.get().headers().first("Location").map(l -> "Location: " + l),
                    Optional.of("status 204"));
            return false;
        }
        Optional<Cors.Refusal> refusal = Cors.preflight(
                response.get(),
                hop.corsOrigin(),
                withCredentials(),
                hop.method(),
                Safelists.unsafeNames(hop.headers()));
        if (refusal.isPresent()) {
            Cors.Refusal why = refusal.get();
            log.refuse(Step.PASS_PREFLIGHT, subject(), why.rule(), hop.url(), why.seen(), why.needed());
            return false;
        }
        services.preflights()
                .remember(
                        hop.corsOrigin(),
                        hop.url(),
                        hop.access().partition(),
                        response.get().headers(),
                        withCredentials(),
                        services.now());
        log.allow(Step.PASS_PREFLIGHT, subject(), Rule.PREFLIGHT_PASSED, hop.url());
        return true;
    }

    private static String nameOf(String setCookie) {
        return ParsedSetCookie.parse(setCookie).name();
    }

    // On the wire

    private Optional<NetworkResponse> exchange() {
        log.allow(Step.SEND_REQUEST, subject(), Rule.REQUEST_ALLOWED, hop.url());
        boolean thirdPartyCookies = !new CookiePolicy(services.settings()).blocksThirdParty();
        Headers headers = hop.sent(thirdPartyCookies, log);
        NetworkRequest bare = new NetworkRequest(hop.method(), subject(), headers, hop.body(), false);
        Optional<NetworkResponse> cached = fromCache(bare);
        if (cached.isPresent()) {
            log.allow(Step.SEND_REQUEST, subject(), Rule.FROM_CACHE, hop.url());
            return cached;
        }
        if (request.cache() == CacheMode.ONLY_IF_CACHED) {
            log.refuse(Step.SEND_REQUEST, subject(), Rule.ONLY_IF_CACHED, hop.url());
            return Optional.empty();
        }
        NetworkRequest sent = withCookies(bare);
        Optional<NetworkResponse> response = send(sent);
        response.ifPresent(answer -> received(sent, answer));
        return response;
    }

    private Optional<NetworkResponse> fromCache(NetworkRequest bare) {
        boolean reads = isCacheable()
                && bare.method().equals("GET")
                && Set.of(CacheMode.DEFAULT, CacheMode.FORCE_CACHE, CacheMode.ONLY_IF_CACHED)
                        .contains(request.cache());
        boolean stale = request.cache() != CacheMode.DEFAULT;
        return reads
                ? services.cache().find(hop.url(), client, bare.headers(), stale, services.now())
                : Optional.empty();
    }

    private boolean isCacheable() {
        boolean kind = Set.of(RequestKind.FETCH, RequestKind.XHR, RequestKind.IMAGE, RequestKind.SCRIPT)
                .contains(request.kind());
        boolean conditional =
                hop.headers().names().stream().anyMatch(name -> name.startsWith("if-") || name.equals("range"));
        return kind && !conditional;
    }

    private NetworkRequest withCookies(NetworkRequest bare) {
        if (!hop.sendsCookies()) {
            log.refuse(
                    Step.ATTACH_COOKIE,
                    "*",
                    Rule.COOKIE_CREDENTIALS_OMITTED,
                    hop.url(),
                    Optional.of("credentials: " + plan.credentials()),
                    Optional.of("credentials: include"));
            return bare;
        }
        List<StoredCookie> cookies = services.jar().retrieve(hop.access(), services.now(), log);
        String header = CookieText.header(cookies);
        return header.isEmpty()
                ? bare
                : new NetworkRequest(
                        bare.method(), bare.url(), bare.headers().plus("Cookie", header), bare.body(), false);
    }

    private Optional<NetworkResponse> send(NetworkRequest sent) {
        try {
            NetworkResponse response = services.network().send(sent);
            boolean broken = response.headers().fields().stream()
                    .anyMatch(field -> field.value().indexOf('\0') >= 0);
            if (broken) {
                throw new IOException("A header of the answer holds a NUL byte");
            }
            exchanges.add(new Exchange(sent, Optional.of(response)));
            return Optional.of(response);
        } catch (IOException e) {
            exchanges.add(new Exchange(sent, Optional.empty()));
            log.refuse(
                    Step.SEND_REQUEST,
                    subject(),
                    Rule.NETWORK_FAILURE,
                    hop.url(),
                    Optional.of(String.valueOf(e.getMessage())),
                    Optional.of("an HTTP answer"));
            return Optional.empty();
        }
    }

    private void received(NetworkRequest sent, NetworkResponse response) {
        Instant now = services.now();
        services.hsts().note(hop.url(), response.headers(), now);
        if (isCacheable() && request.cache() != CacheMode.NO_STORE) {
            services.cache().note(withoutCookie(sent), hop.url(), client, response, now);
        }
        storeCookies(response, now);
    }

    private static NetworkRequest withoutCookie(NetworkRequest sent) {
        return new NetworkRequest(sent.method(), sent.url(), sent.headers().without("Cookie"), sent.body(), false);
    }

    private void storeCookies(NetworkResponse response, Instant now) {
        Duration skew = response.headers()
                .first("Date")
                .flatMap(HttpDates::parse)
                .map(date -> Duration.between(date, now))
                .orElse(Duration.ZERO);
        boolean failedHandshake = request.kind() == RequestKind.WEB_SOCKET && response.status() != 101;
        boolean clears = clearsCookies(response);
        for (String line :
                failedHandshake ? List.<String>of() : response.headers().all("Set-Cookie")) {
            if (clears && hop.sendsCookies()) {
                log.refuse(
                        Step.STORE_COOKIE,
                        nameOf(line),
                        Rule.COOKIE_CLEARED_AT_ONCE,
                        hop.url(),
                        Optional.of("Clear-Site-Data in the same answer"),
                        Optional.of("an answer that does one or the other"));
            } else if (hop.sendsCookies()) {
                services.jar().store(upToReturn(line), hop.storing(), now, skew, log);
            } else {
                log.refuse(
                        Step.STORE_COOKIE,
                        nameOf(line),
                        Rule.COOKIE_CREDENTIALS_OMITTED,
                        hop.url(),
                        Optional.of("credentials: " + plan.credentials()),
                        Optional.of("credentials: include"));
            }
        }
        if (clears && hop.sendsCookies() && hop.url().isPotentiallyTrustworthy()) {
            services.jar().clear(hop.storing());
        }
    }

    /** A lone CR ends a field value, as Chromium reads it. */
    private static String upToReturn(String line) {
        int end = line.indexOf('\r');
        return end < 0 ? line : line.substring(0, end);
    }

    private static boolean clearsCookies(NetworkResponse response) {
        String clear = response.headers().combined("Clear-Site-Data").orElse("");
        return List.of(clear.split(",", -1)).stream()
                .map(String::strip)
                .anyMatch(word -> word.equals("\"cookies\"") || word.equals("\"*\""));
    }

    // Redirects

    private boolean isRedirect(NetworkResponse response) {
        return REDIRECTS.contains(response.status())
                && !response.headers().first("Location").orElse("").isEmpty();
    }

    private Optional<Outcome> redirect(NetworkResponse response) {
        if (!passesCorsCheck(response)) {
            return Optional.of(failed());
        }
        if (request.redirect() == RedirectMode.MANUAL && request.kind() == RequestKind.FETCH) {
            log.refuse(Step.FOLLOW_REDIRECT, subject(), Rule.REDIRECT_MODE_MANUAL, hop.url());
            return Optional.of(outcome(
                    false, Optional.of(ResponseType.OPAQUE_REDIRECT), OptionalInt.of(0), Set.of(), Optional.empty()));
        }
        String location = response.headers().first("Location").orElse("");
        Optional<Url> target = hop.url().resolve(CookieText.decoded(location));
        Optional<Rule> refusal = redirectRefusal(location, target);
        if (refusal.isPresent()) {
            log.refuse(
                    Step.FOLLOW_REDIRECT,
                    subject(),
                    refusal.get(),
                    hop.url(),
                    Optional.of("Location: " + location),
                    Optional.empty());
            return Optional.of(failed());
        }
        String before = hop.method();
        boolean wasTainted = hop.isTainted();
        Url from = hop.url();
        redirects++;
        hop.redirect(target.orElseThrow(), response.status(), response.headers());
        Rule rule = before.equals(hop.method()) ? Rule.REDIRECT_FOLLOWED : Rule.REDIRECT_CHANGES_METHOD;
        log.allow(Step.FOLLOW_REDIRECT, from.withoutFragment(), rule, from, "Location: " + location);
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
        if (redirects >= MOST_REDIRECTS) {
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

    // The end

    private boolean passesCorsCheck(NetworkResponse response) {
        if (!hop.corsFlag()) {
            return true;
        }
        Optional<Cors.Refusal> refusal = Cors.check(response.headers(), hop.corsOrigin(), withCredentials());
        refusal.ifPresent(
                why -> log.refuse(Step.READ_RESPONSE, subject(), why.rule(), hop.url(), why.seen(), why.needed()));
        return refusal.isEmpty();
    }

    private Optional<Outcome> finish(NetworkResponse response) {
        if (plan.isNavigation()) {
            return Optional.of(arrive(response));
        }
        if (!passesCorsCheck(response)) {
            return Optional.of(failed());
        }
        boolean opaque = !hop.corsFlag() && !hop.isBasic();
        log.allow(
                Step.READ_RESPONSE,
                subject(),
                opaque ? Rule.OPAQUE_RESPONSE : hop.corsFlag() ? Rule.CORS_PASSED : Rule.SAME_ORIGIN_READABLE,
                hop.url());
        return Optional.of(
                switch (request.kind()) {
                    case FETCH, XHR -> read(response, opaque);
                    case IMAGE -> loaded(isImage(response));
                    case SCRIPT -> loaded(response.status() >= 200 && response.status() < 300);
                    case EVENT_SOURCE -> loaded(response.status() == 200 && isEventStream(response));
                    case WEB_SOCKET -> loaded(response.status() == 101);
                    default -> loaded(false);
                });
    }

    private static boolean isImage(NetworkResponse response) {
        String type = response.headers().combined("Content-Type").orElse("image/*");
        return type.startsWith("image/");
    }

    private static boolean isEventStream(NetworkResponse response) {
        return response.headers().combined("Content-Type").orElse("").startsWith("text/event-stream");
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
                exposed(response.headers()),
                Optional.of(response.body()));
    }

    private Set<String> exposed(Headers headers) {
        Set<String> listed = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
        listed.addAll(Cors.list(headers, "Access-Control-Expose-Headers").orElse(List.of()));
        boolean all = listed.contains("*") && !withCredentials();
        Set<String> exposed = new TreeSet<>();
        for (String name : headers.names()) {
            boolean cookie = Safelists.isHiddenResponseHeader(name);
            boolean safe = !hop.corsFlag() || Safelists.isReadableResponseHeader(name);
            boolean named = all || listed.contains(name);
            if (!cookie && (safe || named)) {
                exposed.add(name);
            }
            Rule rule = cookie
                    ? Rule.HEADER_FORBIDDEN
                    : safe ? Rule.HEADER_SAFELISTED : named ? Rule.HEADER_EXPOSED : Rule.HEADER_NOT_EXPOSED;
            noteExposed(name, rule, headers);
        }
        return exposed;
    }

    private void noteExposed(String name, Rule rule, Headers headers) {
        if (rule == Rule.HEADER_SAFELISTED || rule == Rule.HEADER_EXPOSED) {
            log.allow(Step.EXPOSE_HEADER, name, rule, hop.url());
            return;
        }
        log.refuse(
                Step.EXPOSE_HEADER,
                name,
                rule,
                hop.url(),
                headers.combined("Access-Control-Expose-Headers").map(v -> "Access-Control-Expose-Headers: " + v),
                rule == Rule.HEADER_FORBIDDEN
                        ? Optional.empty()
                        : Optional.of("Access-Control-Expose-Headers: " + name));
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
        return readable && redirects > 0 ? Optional.of(hop.url().withoutFragment()) : Optional.empty();
    }
}
