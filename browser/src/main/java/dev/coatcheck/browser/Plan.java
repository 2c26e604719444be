package dev.coatcheck.browser;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * How a kind of request is made: what {@code fetch}, an element or a navigation turns into before anything is sent.
 *
 * @param fetchMode {@code cors}, {@code no-cors}, {@code same-origin}, {@code navigate} or {@code websocket}
 * @param destination the word of {@code Sec-Fetch-Dest}
 * @param credentials the credentials mode
 * @param method the normalised method
 * @param headers the page's own headers that may be sent
 * @param body the body
 * @param mainFrame whether a top-level page is navigated
 * @param activated whether {@code Sec-Fetch-User} is due
 * @param namesOrigin whether Origin is sent even with a same-origin GET, as elements with {@code crossorigin} do
 */
record Plan(
        String fetchMode,
        String destination,
        Credentials credentials,
        String method,
        Headers headers,
        Optional<String> body,
        boolean mainFrame,
        boolean activated,
        boolean namesOrigin) {
    static final String CORS = "cors";
    static final String NO_CORS = "no-cors";
    static final String SAME_ORIGIN = "same-origin";
    static final String NAVIGATE = "navigate";
    static final String WEBSOCKET = "websocket";

    static Plan of(Request request, Document client) {
        return switch (request.kind()) {
            case FETCH -> script(request, modeOf(request.mode()), request.credentials());
            case XHR -> script(request, CORS, request.credentials());
            case BEACON -> script(request, NO_CORS, Credentials.INCLUDE);
            case EVENT_SOURCE -> element(CORS, "empty", request.credentials(), false);
            case WEB_SOCKET -> element(WEBSOCKET, "empty", Credentials.INCLUDE, true);
            case IMAGE -> embedded(request, "image");
            case SCRIPT -> embedded(request, "script");
            case FORM, LINK, LOCATION, OPEN, TYPED, RELOAD, IFRAME -> navigation(request, client);
        };
    }

    private static String modeOf(Mode mode) {
        return mode.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private static Plan script(Request request, String mode, Credentials credentials) {
        List<Headers.Field> kept = new ArrayList<>();
        for (Headers.Field field : request.headers().fields()) {
            if (!Safelists.isForbidden(field) && (!mode.equals(NO_CORS) || Safelists.isNoCorsSafe(field))) {
                kept.add(field);
            }
        }
        Headers headers = withContentType(request, Headers.of(kept));
        String method = Safelists.normalised(request.method());
        return new Plan(mode, "empty", credentials, method, headers, request.body(), false, false, false);
    }

    private static Headers withContentType(Request request, Headers headers) {
        Optional<String> given = headers.combined("Content-Type");
        if (request.body().isEmpty()) {
            return headers;
        }
        if (given.isEmpty()) {
            return headers.plus("Content-Type", "text/plain;charset=UTF-8");
        }
        // XMLHttpRequest sends text as UTF-8 whatever the page says (XMLHttpRequest §4.5.6).
        boolean rewritten = request.kind() == RequestKind.XHR;
        return rewritten
                ? headers.with("Content-Type", given.get().replaceAll("(?i)(;\\s*charset=)[^;\\s]+", "$1UTF-8"))
                : headers;
    }

    private static Plan embedded(Request request, String destination) {
        return request.crossOrigin()
                .map(credentials -> element(CORS, destination, credentials, true))
                .orElseGet(() -> element(NO_CORS, destination, Credentials.INCLUDE, false));
    }

    private static Plan element(String mode, String destination, Credentials credentials, boolean namesOrigin) {
        return new Plan(
                mode, destination, credentials, "GET", Headers.NONE, Optional.empty(), false, false, namesOrigin);
    }

    private static Plan navigation(Request request, Document client) {
        boolean post = request.method().equalsIgnoreCase("POST");
        boolean framed = request.kind() == RequestKind.IFRAME
                || request.target() == Request.Target.CHILD_FRAME
                || (client.isFrame() && request.target() == Request.Target.SELF && staysInFrame(request.kind()));
        String type = request.headers().first("Content-Type").orElse("application/x-www-form-urlencoded");
        boolean activated = (request.hasUserGesture() && (framed || !client.isInOtherProcess()))
                || request.kind() == RequestKind.OPEN
                || request.kind() == RequestKind.TYPED;
        return new Plan(
                NAVIGATE,
                framed ? "iframe" : "document",
                Credentials.INCLUDE,
                post ? "POST" : "GET",
                post && request.body().isPresent() ? Headers.of("Content-Type", type) : Headers.NONE,
                post ? request.body() : Optional.empty(),
                !framed,
                activated,
                false);
    }

    private static boolean staysInFrame(RequestKind kind) {
        return kind == RequestKind.FORM || kind == RequestKind.LINK || kind == RequestKind.LOCATION;
    }

    boolean isNavigation() {
        return fetchMode.equals(NAVIGATE);
    }

    boolean isCors() {
        return fetchMode.equals(CORS);
    }
}
