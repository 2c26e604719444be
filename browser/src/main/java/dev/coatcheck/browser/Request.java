package dev.coatcheck.browser;

import java.util.Optional;
import java.util.function.Consumer;

/**
 * What a page, its frame or its user asks for; immutable, with {@code with}-style methods. The defaults are those of {@code fetch}: mode
 * cors, credentials same-origin, redirects followed.
 */
public final class Request {
    private final RequestKind kind;
    private final String method;
    private final String url;
    private final Headers headers;
    private final Optional<String> body;
    private final Credentials credentials;
    private final Mode mode;
    private final RedirectMode redirect;
    private final CacheMode cache;
    private final Optional<AddressSpace> targetAddressSpace;
    private final boolean userGesture;
    private final boolean noReferrer;
    private final Target target;
    private final Optional<Credentials> crossOrigin;

    /** Where a navigation goes. */
    public enum Target {
        /** The document that asks: the page, or its frame. */
        SELF,
        /** The top-level page. */
        TOP,
        /** A frame inside the document that asks. */
        CHILD_FRAME
    }

    private Request(Draft draft) {
        this.kind = draft.kind;
        this.method = draft.method;
        this.url = draft.url;
        this.headers = draft.headers;
        this.body = draft.body;
        this.credentials = draft.credentials;
        this.mode = draft.mode;
        this.redirect = draft.redirect;
        this.cache = draft.cache;
        this.targetAddressSpace = draft.targetAddressSpace;
        this.userGesture = draft.userGesture;
        this.noReferrer = draft.noReferrer;
        this.target = draft.target;
        this.crossOrigin = draft.crossOrigin;
    }

    /** A request of some kind; the URL may be relative to the page. */
    public static Request of(RequestKind kind, String method, String url) {
        return new Request(new Draft(kind, method, url));
    }

    /** {@code fetch(url)}. */
    public static Request get(String url) {
        return of(RequestKind.FETCH, "GET", url);
    }

    /** {@code fetch(url, {method: "POST"})}. */
    public static Request post(String url) {
        return of(RequestKind.FETCH, "POST", url);
    }

    /** The same request by another method; {@code fetch} upper-cases get, post, put, delete, head and options, nothing else. */
    public Request method(String newMethod) {
        return with(draft -> draft.method = newMethod);
    }

    /** The same request with one header more. */
    public Request header(String name, String value) {
        return with(draft -> draft.headers = headers.plus(name, value));
    }

    /** The same request with a text body. */
    public Request body(String newBody) {
        return with(draft -> draft.body = Optional.of(newBody));
    }

    /** The same request with a JSON body and its {@code Content-Type}. */
    public Request json(String newBody) {
        return body(newBody).header("Content-Type", "application/json");
    }

    /** The same request with another credentials mode. */
    public Request credentials(Credentials newCredentials) {
        return with(draft -> draft.credentials = newCredentials);
    }

    /** The same request in another mode. */
    public Request mode(Mode newMode) {
        return with(draft -> draft.mode = newMode);
    }

    /** The same request with another way of dealing with redirects. */
    public Request redirect(RedirectMode newRedirect) {
        return with(draft -> draft.redirect = newRedirect);
    }

    /** The same request with another way of using the HTTP cache. */
    public Request cache(CacheMode newCache) {
        return with(draft -> draft.cache = newCache);
    }

    /** The same request, declaring where the server stands ({@code targetAddressSpace} of {@code fetch}). */
    public Request targetAddressSpace(AddressSpace space) {
        return with(draft -> draft.targetAddressSpace = Optional.of(space));
    }

    /** The same request as if the user had clicked. */
    public Request userGesture() {
        return with(draft -> draft.userGesture = true);
    }

    /** The same request without a {@code Referer} ({@code rel="noreferrer"}). */
    public Request noReferrer() {
        return with(draft -> draft.noReferrer = true);
    }

    /** The same navigation of another document. */
    public Request target(Target newTarget) {
        return with(draft -> draft.target = newTarget);
    }

    /**
     * The same image or script with a {@code crossorigin} attribute: {@link Credentials#INCLUDE} for {@code use-credentials},
     * {@link Credentials#SAME_ORIGIN} for {@code anonymous}.
     */
    public Request crossOrigin(Credentials newCredentials) {
        return with(draft -> draft.crossOrigin = Optional.of(newCredentials));
    }

    /** How it is asked for. */
    public RequestKind kind() {
        return kind;
    }

    /** The method as given. */
    public String method() {
        return method;
    }

    /** The URL as given, absolute or relative to the page. */
    public String url() {
        return url;
    }

    /** The page's own headers. */
    public Headers headers() {
        return headers;
    }

    /** The body. */
    public Optional<String> body() {
        return body;
    }

    /** The credentials mode of a fetch, XHR or EventSource. */
    public Credentials credentials() {
        return credentials;
    }

    /** The mode of a fetch. */
    public Mode mode() {
        return mode;
    }

    /** What a fetch does with redirects. */
    public RedirectMode redirect() {
        return redirect;
    }

    /** How a fetch uses the HTTP cache. */
    public CacheMode cache() {
        return cache;
    }

    /** Where the page says the server stands. */
    public Optional<AddressSpace> targetAddressSpace() {
        return targetAddressSpace;
    }

    /** Whether the user clicked. */
    public boolean hasUserGesture() {
        return userGesture;
    }

    /** Whether the page asked for no {@code Referer}. */
    public boolean hasNoReferrer() {
        return noReferrer;
    }

    /** Which document a navigation replaces. */
    public Target target() {
        return target;
    }

    /** The {@code crossorigin} attribute of an image or script. */
    public Optional<Credentials> crossOrigin() {
        return crossOrigin;
    }

    /** Kind, method and URL; headers and the body are left out. */
    @Override
    public String toString() {
        return kind + " " + method + " " + url;
    }

    private Request with(Consumer<Draft> change) {
        Draft draft = new Draft(this);
        change.accept(draft);
        return new Request(draft);
    }

    private static final class Draft {
        private final RequestKind kind;
        private String method;
        private final String url;
        private Headers headers = Headers.NONE;
        private Optional<String> body = Optional.empty();
        private Credentials credentials = Credentials.SAME_ORIGIN;
        private Mode mode = Mode.CORS;
        private RedirectMode redirect = RedirectMode.FOLLOW;
        private CacheMode cache = CacheMode.DEFAULT;
        private Optional<AddressSpace> targetAddressSpace = Optional.empty();
        private boolean userGesture;
        private boolean noReferrer;
        private Target target = Target.SELF;
        private Optional<Credentials> crossOrigin = Optional.empty();

        Draft(RequestKind kind, String method, String url) {
            this.kind = kind;
            this.method = method;
            this.url = url;
        }

        Draft(Request from) {
            this(from.kind, from.method, from.url);
            headers = from.headers;
            body = from.body;
            credentials = from.credentials;
            mode = from.mode;
            redirect = from.redirect;
            cache = from.cache;
            targetAddressSpace = from.targetAddressSpace;
            userGesture = from.userGesture;
            noReferrer = from.noReferrer;
            target = from.target;
            crossOrigin = from.crossOrigin;
        }
    }
}
