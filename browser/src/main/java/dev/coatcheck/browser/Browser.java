package dev.coatcheck.browser;

import java.util.List;
import java.util.Optional;

/**
 * A browser with one open page: its cookie jar, caches and settings. Requests made by {@link #send} go to the {@link Network} exactly as
 * the modelled browser would send them, and the {@link Outcome} tells what became of them, and why.
 *
 * <pre>{@code
 * Browser browser = Browser.at("http://localhost:3000");
 * browser.fetch(Request.post("http://localhost:8000/login").json("{…}").credentials(Credentials.INCLUDE));
 * Outcome me = browser.fetch(Request.get("http://localhost:8000/me").credentials(Credentials.INCLUDE));
 * assertThat(me.sentCookies()).contains("session");
 * assertThat(me.refusals()).isEmpty();
 * }</pre>
 *
 * <p>The model itself does no I/O and starts no threads. Not thread-safe: a page has one thread.
 */
public final class Browser {
    private final BrowserSettings settings;
    private final Network network;

    private Browser(BrowserSettings settings, Network network) {
        this.settings = settings;
        this.network = network;
    }

    /** A Chromium with a page open at a URL, on the real network. The page itself is not requested. */
    public static Browser at(String pageUrl) {
        return of(BrowserSettings.DEFAULT, new HttpNetwork()).open(pageUrl);
    }

    /** A browser on any network, with an empty jar and an empty page ({@code about:blank}). */
    public static Browser of(BrowserSettings settings, Network network) {
        return new Browser(settings, network);
    }

    /** Puts a page in place without requesting it; jar and caches stay. */
    public Browser open(String pageUrl) {
        return open(pageUrl, Headers.NONE);
    }

    /**
     * Puts a page in place without requesting it, with response headers of its own, of which {@code Referrer-Policy} counts.
     *
     * @throws IllegalArgumentException when it is no http or https URL
     */
    public Browser open(String pageUrl, Headers pageHeaders) {
        return notYet();
    }

    /** Puts a frame into the page; requests come from the frame until {@link #open} or a navigation of the page. */
    public Browser enter(Frame frame) {
        return notYet();
    }

    /** Does what the page, its frame or its user asks for. */
    public Outcome send(Request request) {
        return notYet();
    }

    /** The same as {@link #send}, for tests that read like the page's own code. */
    public Outcome fetch(Request request) {
        return send(request);
    }

    /** What {@code document.cookie = line} does. One char is one UTF-16 unit as in a script. */
    public Outcome setDocumentCookie(String line) {
        return notYet();
    }

    /** What a script reads from {@code document.cookie}; empty when access is denied (an opaque origin). */
    public Optional<String> documentCookie() {
        return notYet();
    }

    /** All living cookies in the jar, in the order in which they were created. */
    public List<StoredCookie> cookies() {
        return notYet();
    }

    /** Whether the document that makes the requests is a secure context (Secure Contexts §3). */
    public boolean isSecureContext() {
        return notYet();
    }

    /**
     * What {@code navigator.permissions.query} says for {@code loopback-network}, {@code local-network} or
     * {@code local-network-access}.
     *
     * @throws IllegalArgumentException for any other name
     */
    public PermissionState permission(String name) {
        return notYet();
    }

    /** The address of the document that makes the requests. */
    public String url() {
        return notYet();
    }

    /** How the browser is set up. */
    public BrowserSettings settings() {
        return settings;
    }

    @SuppressWarnings("TypeParameterUnusedInFormals")
    private <T> T notYet() {
        throw new UnsupportedOperationException("The rules are not in yet: " + network);
    }
}
