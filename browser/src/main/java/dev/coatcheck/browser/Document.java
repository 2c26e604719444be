package dev.coatcheck.browser;

import dev.coatcheck.site.Origin;
import dev.coatcheck.site.Site;
import java.util.Optional;
import java.util.Set;

/**
 * A document that makes requests: the page or a frame in it.
 *
 * @param address where it came from, as text
 * @param url where it came from; empty for {@code data:}, {@code about:} and error pages
 * @param origin its origin; empty for an opaque one
 * @param referrerSource the address that Referer is made from; empty for none
 * @param policy its referrer policy
 * @param parent the page around a frame
 * @param frame how the frame was made
 * @param secure whether it is a secure context
 */
record Document(
        String address,
        Optional<Url> url,
        Optional<Origin> origin,
        Optional<Url> referrerSource,
        ReferrerPolicy policy,
        Optional<Document> parent,
        Optional<Frame> frame,
        boolean secure) {
    private static final ReferrerPolicy DEFAULT_POLICY = ReferrerPolicy.STRICT_ORIGIN_WHEN_CROSS_ORIGIN;

    static Document blank() {
        return opaque("about:blank", Optional.empty());
    }

    static Document error() {
        return opaque("chrome-error://chromewebdata/", Optional.empty());
    }

    private static Document opaque(String address, Optional<Document> parent) {
        return new Document(
                address,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                DEFAULT_POLICY,
                parent,
                Optional.empty(),
                false);
    }

    static Document page(Url url, Headers headers) {
        return new Document(
                url.toString(),
                Optional.of(url),
                Optional.of(url.origin()),
                Optional.of(url),
                ReferrerPolicy.of(headers).orElse(DEFAULT_POLICY),
                Optional.empty(),
                Optional.empty(),
                url.isPotentiallyTrustworthy());
    }

    /** A frame of this document at an address. */
    Document child(Frame frame, Headers headers) {
        Optional<Url> frameUrl = Url.parse(frame.url());
        boolean inherits = frame.url().startsWith("about:");
        boolean sandboxed = frame.sandbox().isPresent() && !allows(frame, "allow-same-origin");
        Optional<Origin> own = inherits ? origin : frameUrl.map(Url::origin);
        ReferrerPolicy inherited = inherits ? policy : DEFAULT_POLICY;
        boolean trustworthy =
                inherits ? secure : frameUrl.map(Url::isPotentiallyTrustworthy).orElse(false);
        return new Document(
                frame.url(),
                frameUrl,
                sandboxed ? Optional.empty() : own,
                sandboxed ? Optional.empty() : inherits ? referrerSource : frameUrl,
                ReferrerPolicy.of(headers).orElse(inherited),
                Optional.of(this),
                Optional.of(frame),
                secure && trustworthy);
    }

    /** This frame after it was navigated. */
    Document navigated(Url to, Headers headers) {
        Frame same = frame.orElseThrow();
        return parent.orElseThrow().child(new Frame(to.toString(), same.sandbox(), same.allow(), headers), headers);
    }

    private static boolean allows(Frame frame, String word) {
        return frame.sandbox().map(words -> words.contains(word)).orElse(true);
    }

    /** Whether the sandbox, if there is one, allows something. */
    boolean sandboxAllows(String word) {
        return frame.map(f -> allows(f, word)).orElse(true);
    }

    /**
     * Whether Chromium runs it in another process than the page: a sandboxed frame without an origin, or one of another site. A click there
     * is not passed on with a navigation of the page.
     */
    boolean isInOtherProcess() {
        boolean sandboxed = !sandboxAllows("allow-same-origin");
        boolean otherSite = origin.isPresent()
                && !origin.map(Site::of).equals(top().origin().map(Site::of));
        return isFrame() && (sandboxed || otherSite);
    }

    boolean isFrame() {
        return parent.isPresent();
    }

    Document top() {
        return parent.map(Document::top).orElse(this);
    }

    /** The site that cookies of this document's requests are first-party to; empty if a frame in between is cross-site. */
    Optional<Site> siteForCookies(SiteView view) {
        Optional<Site> topSite = top().origin().map(view::site);
        boolean same = !isFrame()
                || (origin.map(view::site).equals(topSite)
                        && parent.flatMap(outer -> outer.siteForCookies(view)).equals(topSite));
        return same ? topSite : Optional.empty();
    }

    /** Whether plain http inside it is mixed content: it, or a document around it, came by https. */
    boolean forbidsMixedContent() {
        boolean own = url.map(Url::isSecure).orElse(false);
        return own || parent.map(Document::forbidsMixedContent).orElse(false);
    }

    /** The partition that requests to a URL fall into. */
    Optional<PartitionKey> partitionFor(Url target, SiteView view) {
        return top().origin()
                .map(view::site)
                .map(topSite -> new PartitionKey(
                        topSite,
                        siteForCookies(view).isEmpty() || !view.site(target).equals(topSite)));
    }

    /** Whether the page delegates a feature to this frame; the page itself has all. */
    boolean mayUse(String... features) {
        return parent.map(outer -> delegated(outer, Set.of(features))).orElse(true);
    }

    private boolean delegated(Document outer, Set<String> features) {
        boolean sameOrigin = origin.isPresent() && origin.equals(outer.origin());
        boolean listed =
                frame.map(f -> f.allow().stream().anyMatch(features::contains)).orElse(false);
        return (sameOrigin || listed) && outer.mayUse(features.toArray(new String[0]));
    }
}
