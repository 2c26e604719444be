package dev.coatcheck.browser;

import java.time.Duration;
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
    private final Services services;
    private Document page = Document.blank();
    private Document current = page;
    private Optional<Navigation> last = Optional.empty();

    /** How the open page came about, to be done again by a reload. */
    private record Navigation(Request request, Document client) {}

    private Browser(Services services) {
        this.services = services;
    }

    /** A Chromium with a page open at a URL, on the real network. The page itself is not requested. */
    public static Browser at(String pageUrl) {
        return of(BrowserSettings.DEFAULT, new HttpNetwork()).open(pageUrl);
    }

    /** A browser on any network, with an empty jar and an empty page ({@code about:blank}). */
    public static Browser of(BrowserSettings settings, Network network) {
        return new Browser(Services.of(settings, network));
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
        Url url = Url.parse(pageUrl)
                .filter(parsed -> !parsed.isWebSocket())
                .orElseThrow(() -> new IllegalArgumentException(
                        "A page needs an absolute http or https URL, not '" + pageUrl + "'"));
        show(Document.page(url, pageHeaders));
        last = Optional.of(new Navigation(Request.of(RequestKind.TYPED, "GET", pageUrl), Document.blank()));
        return this;
    }

    private void show(Document document) {
        page = document;
        current = document;
    }

    /** Puts a frame into the page; requests come from the frame until {@link #open} or a navigation of the page. */
    public Browser enter(Frame frame) {
        current = page.child(frame, frame.headers());
        return this;
    }

    /**
     * Does what the page, its frame or its user asks for. Nothing in a request or an answer makes it throw; what can't be done is an
     * outcome with a refusal.
     */
    public Outcome send(Request request) {
        if (request.kind() == RequestKind.RELOAD && last.isPresent()) {
            return navigate(last.get().request().userGesture(), last.get().client());
        }
        return navigate(request, current);
    }

    private Outcome navigate(Request request, Document client) {
        Optional<Url> url = resolve(request.url(), client);
        if (url.isEmpty()) {
            return unsendable(request);
        }
        Load load = new Load(services, request, client, url.get());
        Outcome outcome = load.run();
        load.destination().ifPresent(document -> moveTo(document, load, request, client));
        return outcome;
    }

    private static Optional<Url> resolve(String reference, Document client) {
        Optional<Url> base = client.url().or(client::referrerSource);
        return base.isPresent() ? base.get().resolve(reference) : Url.parse(reference);
    }

    private void moveTo(Document document, Load load, Request request, Document client) {
        if (request.kind() == RequestKind.OPEN || (load.plan().destination().equals("iframe") && !client.isFrame())) {
            return;
        }
        boolean childOfFrame = request.kind() == RequestKind.IFRAME || request.target() == Request.Target.CHILD_FRAME;
        if (load.plan().mainFrame()) {
            show(document);
            last = Optional.of(new Navigation(again(request, load), client));
        } else if (!childOfFrame) {
            current = document;
        }
    }

    private static Request again(Request request, Load load) {
        Request same =
                Request.of(request.kind(), load.hop().method(), load.hop().url().toString());
        same = load.hop().body().map(same::body).orElse(same);
        for (Headers.Field field : load.hop().headers().fields()) {
            same = same.header(field.name(), field.value());
        }
        same = request.hasUserGesture() ? same.userGesture() : same;
        return request.hasNoReferrer() ? same.noReferrer() : same;
    }

    private static Outcome unsendable(Request request) {
        Decision decision = new Decision(
                Step.SEND_REQUEST,
                request.url(),
                false,
                Rule.INVALID_REQUEST,
                request.url(),
                false,
                Optional.empty(),
                Optional.of("an http, https, ws or wss URL"));
        return Outcome.withoutRequest(List.of(decision));
    }

    /** The same as {@link #send}, for tests that read like the page's own code. */
    public Outcome fetch(Request request) {
        return send(request);
    }

    /** What {@code document.cookie = line} does; without effect in a document with an opaque origin. */
    public Outcome setDocumentCookie(String line) {
        Decisions log = new Decisions();
        scriptAccess()
                .ifPresent(access ->
                        services.jar().store(CookieText.encoded(line), access, services.now(), Duration.ZERO, log));
        return Outcome.withoutRequest(log.all());
    }

    /**
     * What a script reads from {@code document.cookie}; empty when access is denied (an opaque origin). A single cookie that isn't UTF-8
     * makes Chromium return nothing at all.
     */
    public Optional<String> documentCookie() {
        return scriptAccess()
                .map(access -> CookieText.header(services.jar().retrieve(access, services.now(), new Decisions())))
                .map(bytes -> CookieText.isUtf8(bytes) ? CookieText.decoded(bytes) : "");
    }

    private Optional<CookieAccess> scriptAccess() {
        if (current.origin().isEmpty()) {
            return Optional.empty();
        }
        return current.url().or(current::referrerSource).map(url -> {
            SiteView view = SiteView.of(services.settings().profile());
            boolean firstParty = current.siteForCookies(view).equals(Optional.of(view.site(url)));
            return new CookieAccess(
                    url,
                    firstParty ? SameSiteContext.STRICT : SameSiteContext.CROSS_SITE,
                    !firstParty,
                    true,
                    current.partitionFor(url, view));
        });
    }

    /** All living cookies in the jar, in the order in which they were created. */
    public List<StoredCookie> cookies() {
        return services.jar().living(services.now());
    }

    /** Whether the document that makes the requests is a secure context (Secure Contexts §3). */
    public boolean isSecureContext() {
        return current.secure();
    }

    /**
     * What {@code navigator.permissions.query} says for {@code loopback-network}, {@code local-network} or
     * {@code local-network-access}.
     *
     * @throws IllegalArgumentException for any other name
     */
    public PermissionState permission(String name) {
        return services.localNetwork().query(current, name);
    }

    /** The address of the document that makes the requests. */
    public String url() {
        return current.address();
    }

    /** How the browser is set up. */
    public BrowserSettings settings() {
        return services.settings();
    }
}
