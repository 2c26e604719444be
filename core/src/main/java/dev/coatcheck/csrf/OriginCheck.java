package dev.coatcheck.csrf;

import dev.coatcheck.http.WebRequest;
import dev.coatcheck.site.Origin;
import java.util.List;

/**
 * Layer 1 of forgery protection: where does the request come from? It can only refuse.
 *
 * <p>Origin present: exactly on the list or the public origin. {@code null}: only with {@code Sec-Fetch-Site: same-origin}.
 * Absent: only {@code same-origin}. Neither header: Referer's origin, exactly. Plain-http hosts get no Sec-Fetch headers,
 * there Origin decides.
 */
public final class OriginCheck {
    private final ForgeryPolicy.Trusted trusted;

    public OriginCheck(ForgeryPolicy.Trusted trusted) {
        this.trusted = trusted;
    }

    /** Whether an unsafe request, or an upgrade, may have been meant by one of our pages. */
    public boolean passes(WebRequest request) {
        List<String> origins = request.headers("Origin");
        List<String> site = request.headers("Sec-Fetch-Site");
        if (origins.size() > 1 || site.size() > 1) {
            return false;
        }
        if (origins.size() == 1 && !origins.get(0).equals("null")) {
            return trusted.contains(origins.get(0));
        }
        if (site.size() == 1) {
            return site.get(0).equals("same-origin");
        }
        return origins.isEmpty() && refererPasses(request);
    }

    /** Whether a request names an origin, and it is not one of ours. */
    public boolean namesAStranger(WebRequest request) {
        return !request.headers("Origin").isEmpty() && !passes(request);
    }

    /** Whether the origin is one of the apps' or the public one, said by the Origin header itself. */
    public boolean namesAFriend(WebRequest request) {
        return !request.headers("Origin").isEmpty() && passes(request);
    }

    /**
     * Whether a person is behind this request on one of our pages, or walked up to us: what may move last-seen. A
     * cross-site image or script is neither.
     */
    public boolean showsActivity(WebRequest request) {
        if (passes(request)) {
            return true;
        }
        boolean navigation = request.header("Sec-Fetch-Mode")
                        .filter("navigate"::equals)
                        .isPresent()
                && request.header("Sec-Fetch-Dest").filter("document"::equals).isPresent();
        return navigation && request.isSafe() && request.headers("Origin").isEmpty();
    }

    private boolean refererPasses(WebRequest request) {
        List<String> referer = request.headers("Referer");
        return referer.size() == 1
                && Origin.ofUrl(referer.get(0)).filter(trusted::contains).isPresent();
    }
}
