package dev.coatcheck.browser;

import dev.coatcheck.site.Origin;
import dev.coatcheck.site.Site;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** Where a request is on its way through redirects: what changes from hop to hop, and the headers that follow from it. */
final class Hop {
    private enum Distance {
        SAME_ORIGIN,
        SAME_SITE,
        CROSS_SITE
    }

    private final Plan plan;
    private final Document client;
    private final boolean typed;
    private final SiteView view;
    private final boolean countsRedirects;

    private Url url;
    private String method;
    private Headers headers;
    private Optional<String> body;
    private ReferrerPolicy policy;
    private Optional<String> referer = Optional.empty();
    private Distance farthest = Distance.SAME_ORIGIN;
    private boolean corsFlag;
    private boolean tainted;
    private boolean originHidden;
    private int redirects;
    private final Set<Site> visited = new HashSet<>();

    Hop(Plan plan, Request request, Document client, Url url, Profile profile) {
        this.plan = plan;
        this.view = SiteView.of(profile);
        this.countsRedirects = profile == Profile.FIREFOX;
        this.client = client;
        this.typed = request.kind() == RequestKind.TYPED;
        this.url = url;
        this.method = plan.method();
        this.headers = plan.headers();
        this.body = plan.body();
        // Chromium overlooks rel="noreferrer" on forms.
        boolean noReferrer = request.hasNoReferrer() && request.kind() != RequestKind.FORM;
        this.policy = noReferrer ? ReferrerPolicy.NO_REFERRER : client.policy();
        if (!typed) {
            referer = client.referrerSource().flatMap(source -> policy.referer(source, url));
        }
        arrived();
    }

    private void arrived() {
        Distance distance = distanceTo(url);
        farthest = distance.compareTo(farthest) > 0 ? distance : farthest;
        corsFlag |= plan.isCors() && (tainted || !isSameOrigin());
    }

    private Distance distanceTo(Url target) {
        Optional<Origin> from = client.origin();
        if (from.equals(Optional.of(target.origin()))) {
            return Distance.SAME_ORIGIN;
        }
        boolean sameSite =
                from.map(origin -> origin.sameSiteAs(target.origin())).orElse(false);
        return sameSite ? Distance.SAME_SITE : Distance.CROSS_SITE;
    }

    // Moving on

    /** The URL is replaced before the request leaves, without a redirect that anybody sees. */
    void upgradeInPlace() {
        url = url.upgraded();
        referer = typed ? referer : client.referrerSource().flatMap(source -> policy.referer(source, url));
        farthest = Distance.SAME_ORIGIN;
        corsFlag = false;
        arrived();
    }

    /** Follows a redirect; the response may bring another referrer policy. */
    void redirect(Url target, int status, Headers response) {
        redirects++;
        visited.add(view.site(url));
        boolean leavesOrigin = !target.origin().equals(url.origin());
        boolean toGet =
                status == 303 ? !method.equals("GET") && !method.equals("HEAD") : status < 303 && method.equals("POST");
        if (toGet) {
            method = "GET";
            body = Optional.empty();
            headers = headers.without("Content-Type")
                    .without("Content-Encoding")
                    .without("Content-Language")
                    .without("Content-Location");
        }
        if (leavesOrigin) {
            headers = headers.without("Authorization");
            originHidden = true;
            tainted |= !isSameOrigin();
        }
        policy = ReferrerPolicy.of(response).orElse(policy);
        referer = referer.flatMap(Url::parse).flatMap(source -> policy.referer(source, target));
        url = target.inheriting(url.fragment());
        arrived();
    }

    // What is known

    /** How many redirects were followed, those inside the browser included. */
    int redirects() {
        return redirects;
    }

    Url url() {
        return url;
    }

    String method() {
        return method;
    }

    Headers headers() {
        return headers;
    }

    Optional<String> body() {
        return body;
    }

    boolean corsFlag() {
        return corsFlag;
    }

    boolean isTainted() {
        return tainted;
    }

    boolean isSameOrigin() {
        return client.origin().equals(Optional.of(url.origin()));
    }

    boolean isBasic() {
        return isSameOrigin() && !corsFlag && !tainted;
    }

    /** The origin as CORS compares it. */
    String corsOrigin() {
        return tainted ? "null" : client.origin().map(Origin::toString).orElse("null");
    }

    boolean sendsCookies() {
        return switch (plan.credentials()) {
            case INCLUDE -> true;
            case OMIT -> false;
            case SAME_ORIGIN -> isBasic();
        };
    }

    private Optional<Site> siteForCookies() {
        boolean ownFrame = plan.isNavigation() && plan.destination().equals("iframe") && navigatesItself();
        return ownFrame ? client.parent().flatMap(outer -> outer.siteForCookies(view)) : client.siteForCookies(view);
    }

    private boolean navigatesItself() {
        return client.isFrame() && !inChildFrame;
    }

    private boolean inChildFrame;

    /** The navigation is one of a frame inside the document. */
    void inChildFrame() {
        inChildFrame = true;
    }

    /** From where the request touches cookies, as far as sending goes. */
    CookieAccess access() {
        boolean sameSiteInitiator = !cameThroughAnotherSite()
                && (typed || client.origin().map(view::site).equals(Optional.of(view.site(url))));
        if (plan.mainFrame()) {
            boolean safe = method.equals("GET") || method.equals("HEAD");
            SameSiteContext lax = safe ? SameSiteContext.LAX : SameSiteContext.LAX_UNSAFE;
            return new CookieAccess(
                    url,
                    sameSiteInitiator ? SameSiteContext.STRICT : lax,
                    false,
                    false,
                    Optional.of(new PartitionKey(view.site(url), false)));
        }
        boolean firstParty = siteForCookies().equals(Optional.of(view.site(url)));
        return new CookieAccess(
                url,
                firstParty && sameSiteInitiator ? SameSiteContext.STRICT : SameSiteContext.CROSS_SITE,
                !firstParty,
                false,
                client.top()
                        .origin()
                        .map(view::site)
                        .map(topSite -> new PartitionKey(
                                topSite,
                                siteForCookies().isEmpty() || !view.site(url).equals(topSite))));
    }

    /** Whether a redirect of another site led here: RFC 6265bis (§5.2) counts that as cross-site, of the browsers Firefox alone does. */
    private boolean cameThroughAnotherSite() {
        return countsRedirects && !Set.of(view.site(url)).containsAll(visited);
    }

    /** The same for storing: the answer to a top-level navigation may set every kind of cookie. */
    CookieAccess storing() {
        CookieAccess sending = access();
        return plan.mainFrame()
                ? new CookieAccess(url, SameSiteContext.STRICT, false, false, sending.partition())
                : sending;
    }

    // The browser's own headers

    /** All headers of the request but Cookie, with a decision for each of the browser's own. */
    Headers sent(boolean thirdPartyCookies, Decisions log) {
        Headers out = headers;
        out = withOrigin(out, log);
        out = withReferer(out, log);
        return withFetchMetadata(out, thirdPartyCookies, log);
    }

    private Headers withOrigin(Headers out, Decisions log) {
        boolean simple = method.equals("GET") || method.equals("HEAD");
        boolean due = plan.namesOrigin() || corsFlag || !simple;
        if (!due) {
            log.allow(Step.ATTACH_HEADER, "Origin", Rule.ORIGIN_NOT_ATTACHED, url);
            return out;
        }
        String origin = plan.isNavigation() ? navigationOrigin() : scriptOrigin();
        log.allow(
                Step.ATTACH_HEADER,
                "Origin",
                origin.equals("null") ? Rule.ORIGIN_NULL : Rule.ORIGIN_ATTACHED,
                url,
                "Origin: " + origin);
        return out.plus("Origin", origin);
    }

    /** Without CORS, a redirect to another origin hides the origin at once. */
    private String scriptOrigin() {
        return originHidden && !corsFlag ? "null" : corsOrigin();
    }

    private String navigationOrigin() {
        return client.origin()
                .filter(origin -> !originHidden && !policy.hidesOrigin(origin, url))
                .map(Origin::toString)
                .orElse("null");
    }

    private Headers withReferer(Headers out, Decisions log) {
        if (referer.isEmpty() || plan.fetchMode().equals(Plan.WEBSOCKET)) {
            log.allow(Step.ATTACH_HEADER, "Referer", Rule.REFERER_WITHHELD, url, "Referrer-Policy: " + policy.word());
            return out;
        }
        log.allow(Step.ATTACH_HEADER, "Referer", Rule.REFERER_ATTACHED, url, "Referrer-Policy: " + policy.word());
        return out.plus("Referer", referer.get());
    }

    private Headers withFetchMetadata(Headers out, boolean thirdPartyCookies, Decisions log) {
        if (!url.isPotentiallyTrustworthy() || url.isWebSocket()) {
            log.allow(Step.ATTACH_HEADER, "Sec-Fetch-Site", Rule.FETCH_METADATA_WITHHELD, url);
            return out;
        }
        Headers all = out.plus("Sec-Fetch-Dest", plan.destination())
                .plus("Sec-Fetch-Mode", plan.fetchMode())
                .plus("Sec-Fetch-Site", fetchSite());
        if (plan.isNavigation() && plan.activated()) {
            all = all.plus("Sec-Fetch-User", "?1");
        }
        if (!plan.mainFrame() && sendsCookies() && access().thirdParty()) {
            // A frame of another site that asks for the page's own site could get access, but has not got it.
            boolean toPagesSite = client.top().origin().map(Site::of).equals(Optional.of(url.site()));
            String withheld = toPagesSite ? "inactive" : "none";
            all = all.plus("Sec-Fetch-Storage-Access", thirdPartyCookies ? "active" : withheld);
        }
        log.allow(
                Step.ATTACH_HEADER,
                "Sec-Fetch-Site",
                Rule.FETCH_METADATA_ATTACHED,
                url,
                "Sec-Fetch-Site: " + fetchSite());
        return all;
    }

    private String fetchSite() {
        if (typed) {
            return "none";
        }
        return switch (farthest) {
            case SAME_ORIGIN -> "same-origin";
            case SAME_SITE -> "same-site";
            case CROSS_SITE -> "cross-site";
        };
    }

    /** The headers of a preflight for the request. */
    Headers preflightHeaders() {
        Headers out = Headers.of("Access-Control-Request-Method", method);
        String unsafe = String.join(",", new TreeSet<>(Safelists.unsafeNames(headers)));
        if (!unsafe.isEmpty()) {
            out = out.plus("Access-Control-Request-Headers", unsafe);
        }
        out = out.plus("Origin", corsOrigin());
        out = referer.isPresent() ? out.plus("Referer", referer.get()) : out;
        if (url.isPotentiallyTrustworthy()) {
            out = out.plus("Sec-Fetch-Dest", plan.destination()).plus("Sec-Fetch-Site", fetchSite());
        }
        return out.plus("Sec-Fetch-Mode", "cors");
    }
}
