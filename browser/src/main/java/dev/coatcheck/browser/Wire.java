package dev.coatcheck.browser;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** One hop over the network or out of the cache, with its cookies in both directions (Fetch §4.6). */
final class Wire {
    private final Trip trip;
    private final Services services;
    private final Request request;
    private final Document client;
    private final Plan plan;
    private final Hop hop;
    private final Decisions log;

    Wire(Trip trip) {
        this.trip = trip;
        this.services = trip.services();
        this.request = trip.request();
        this.client = trip.client();
        this.plan = trip.plan();
        this.hop = trip.hop();
        this.log = trip.log();
    }

    Optional<NetworkResponse> exchange() {
        log.allow(Step.SEND_REQUEST, trip.subject(), Rule.REQUEST_ALLOWED, hop.url());
        boolean thirdPartyCookies = !new CookiePolicy(services.settings()).blocksThirdParty();
        Headers headers = hop.sent(thirdPartyCookies, log);
        NetworkRequest bare = new NetworkRequest(hop.method(), trip.subject(), headers, hop.body(), false);
        Optional<NetworkResponse> cached = fromCache(bare);
        if (cached.isPresent()) {
            log.allow(Step.SEND_REQUEST, trip.subject(), Rule.FROM_CACHE, hop.url());
            return cached;
        }
        if (request.cache() == CacheMode.ONLY_IF_CACHED) {
            log.refuse(Step.SEND_REQUEST, trip.subject(), Rule.ONLY_IF_CACHED, hop.url());
            return Optional.empty();
        }
        NetworkRequest sent = withCookies(bare);
        Optional<NetworkResponse> response = trip.send(sent);
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
                        Trip.nameOf(line),
                        Rule.COOKIE_CLEARED_AT_ONCE,
                        hop.url(),
                        Optional.of("Clear-Site-Data in the same answer"),
                        Optional.of("an answer that does one or the other"));
            } else if (hop.sendsCookies()) {
                services.jar().store(upToReturn(line), hop.storing(), now, skew, log);
            } else {
                log.refuse(
                        Step.STORE_COOKIE,
                        Trip.nameOf(line),
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
}
