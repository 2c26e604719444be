package dev.coatcheck.doctor;

import dev.coatcheck.browser.Browser;
import dev.coatcheck.browser.BrowserSettings;
import dev.coatcheck.browser.CacheMode;
import dev.coatcheck.browser.Credentials;
import dev.coatcheck.browser.Headers;
import dev.coatcheck.browser.Network;
import dev.coatcheck.browser.NetworkRequest;
import dev.coatcheck.browser.NetworkResponse;
import dev.coatcheck.browser.Outcome;
import dev.coatcheck.browser.Profile;
import dev.coatcheck.browser.Request;
import dev.coatcheck.browser.RequestKind;
import dev.coatcheck.site.Origin;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * A recorded session played through the browser model once more: the same requests, the recorded answers, the recorded time. What the
 * model decides is what the browser decided and did not write down.
 */
final class Recording {
    private static final Pattern SIGN_IN_PATH =
            Pattern.compile("log-?in|sign-?in|auth|session|token", Pattern.CASE_INSENSITIVE);
    private static final Pattern SIGN_OUT_PATH = Pattern.compile("log-?out|sign-?out", Pattern.CASE_INSENSITIVE);
    private static final Set<String> PAGES_OWN_HEADERS = Set.of("content-type", "authorization", "accept-language");

    private final List<HarEntry> entries;
    private final Origin app;
    private final Origin api;
    private final Profile profile;
    private final boolean sanitised;
    private final List<Act> acts = new ArrayList<>();
    private final RecordedNetwork network;
    private Instant now = Instant.EPOCH;
    private boolean signedIn;
    private boolean signedOut;

    private Recording(List<HarEntry> entries, Origin app, Origin api, Profile profile) {
        this.entries = entries;
        this.app = app;
        this.api = api;
        this.profile = profile;
        this.sanitised = entries.stream().noneMatch(HarEntry::holdsCookies);
        this.network = new RecordedNetwork(entries);
    }

    /** Plays a recording; app and API are found in it unless they are given. */
    static Visit play(List<HarEntry> entries, Optional<Origin> app, Optional<Origin> api, Profile profile)
            throws CouldNotRunException {
        Origin page = app.or(() -> pageOf(entries))
                .orElseThrow(
                        () -> CouldNotRunException.because(
                                "The recording holds neither a page nor a request with an Origin: say whose it is with --app."));
        Origin server = api.or(() -> serverOf(entries, page))
                .orElseThrow(() -> CouldNotRunException.because(
                        "The recording holds no fetch or XMLHttpRequest: record the sign-in itself, with the network panel open"
                                + " before it."));
        return new Recording(entries, page, server, profile).play();
    }

    private static Optional<Origin> pageOf(List<HarEntry> entries) {
        return entries.stream()
                .filter(entry -> entry.isCall() || entry.isPreflight())
                .flatMap(entry -> entry.headers().first("Origin").stream())
                .flatMap(text -> Origin.parse(text).stream())
                .findFirst()
                .or(() -> entries.stream()
                        .filter(HarEntry::isDocument)
                        .flatMap(entry -> Origin.ofUrl(entry.url()).stream())
                        .findFirst());
    }

    /** Whom the page asks: best the one that it signs in at, else the first of another origin. */
    private static Optional<Origin> serverOf(List<HarEntry> entries, Origin page) {
        List<HarEntry> calls = entries.stream().filter(HarEntry::isCall).toList();
        return calls.stream()
                .filter(entry -> entry.method().equals("POST")
                        && SIGN_IN_PATH.matcher(path(entry.url())).find())
                .flatMap(entry -> Origin.ofUrl(entry.url()).stream())
                .findFirst()
                .or(() -> calls.stream()
                        .flatMap(entry -> Origin.ofUrl(entry.url()).stream())
                        .filter(origin -> !origin.equals(page))
                        .findFirst())
                .or(() -> calls.stream()
                        .flatMap(entry -> Origin.ofUrl(entry.url()).stream())
                        .findFirst());
    }

    private static String path(String url) {
        int start = url.indexOf('/', url.indexOf("://") + 3);
        return start < 0 ? "/" : url.substring(start);
    }

    private Visit play() {
        Browser browser = Browser.of(
                        BrowserSettings.DEFAULT.withProfile(profile).withClock(() -> now), network)
                .open(app + "/");
        for (HarEntry entry : entries) {
            now = entry.started();
            if (network.isConsumed(entry) || entry.isPreflight()) {
                continue;
            }
            if (entry.isDocument()) {
                navigate(browser, entry);
            } else if (entry.isCall() && Origin.ofUrl(entry.url()).equals(Optional.of(api))) {
                call(browser, entry);
            }
        }
        return new Visit(plan(), acts, List.of(), Optional.empty(), Optional.empty(), List.of(), sanitised);
    }

    private Plan plan() {
        return Plan.of(app.toString(), api.toString()).withProfile(profile);
    }

    private void navigate(Browser browser, HarEntry entry) {
        RequestKind kind = entry.method().equals("GET") ? RequestKind.TYPED : RequestKind.FORM;
        Request request = Request.of(kind, entry.method(), entry.url());
        browser.send(entry.body().map(request::body).orElse(request));
        browser.open(Origin.ofUrl(browser.url()).isPresent() ? browser.url() : app + "/");
    }

    private void call(Browser browser, HarEntry entry) {
        Request request = Request.get(entry.url())
                .method(entry.method())
                .cache(CacheMode.NO_STORE)
                .credentials(leftCookiesOut(entry) ? Credentials.SAME_ORIGIN : Credentials.INCLUDE);
        request = entry.body().isPresent() ? request.body(entry.body().get()) : request;
        for (Headers.Field field : entry.headers().fields()) {
            if (isPagesOwn(field.name())) {
                request = request.header(field.name(), field.value());
            }
        }
        Outcome outcome = browser.send(request);
        boolean bare = !sanitised
                && !outcome.sentCookies().isEmpty()
                && !entry.headers().contains("Cookie");
        acts.add(new Act(scene(entry), request, entry.method(), entry.url(), outcome, browser.cookies(), bare));
    }

    /** An answer with a star that the page could read belongs to a fetch without credentials. */
    private boolean leftCookiesOut(HarEntry entry) {
        return !sanitised
                && !entry.headers().contains("Cookie")
                && entry.response()
                        .filter(r ->
                                r.headers().first("Access-Control-Allow-Origin").equals(Optional.of("*"))
                                        && !r.body().isEmpty())
                        .isPresent();
    }

    private static boolean isPagesOwn(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        return PAGES_OWN_HEADERS.contains(lower)
                || (lower.startsWith("x-") && !lower.startsWith("x-client-data"))
                || CsrfToken.isHeaderName(lower);
    }

    private Scene scene(HarEntry entry) {
        String path = path(entry.url());
        if (!signedIn
                && entry.method().equals("POST")
                && SIGN_IN_PATH.matcher(path).find()) {
            signedIn = true;
            return Scene.SIGN_IN;
        }
        if (signedIn && !signedOut && SIGN_OUT_PATH.matcher(path).find()) {
            signedOut = true;
            return Scene.SIGN_OUT;
        }
        if (entry.method().equals("GET") && !signedIn && isMissing(Scene.BEFORE_SIGN_IN)) {
            return Scene.BEFORE_SIGN_IN;
        }
        if (entry.method().equals("GET") && signedIn && !signedOut && isMissing(Scene.SECOND_REQUEST)) {
            return Scene.SECOND_REQUEST;
        }
        return Scene.RECORDED;
    }

    private boolean isMissing(Scene scene) {
        return acts.stream().noneMatch(act -> act.scene() == scene);
    }

    /** Answers each request with what was recorded for it; a preflight that was not recorded came from the browser's cache. */
    private static final class RecordedNetwork implements Network {
        private final Map<String, Deque<HarEntry>> answers = new HashMap<>();
        private final Set<HarEntry> consumed = java.util.Collections.newSetFromMap(new java.util.IdentityHashMap<>());

        RecordedNetwork(List<HarEntry> entries) {
            for (HarEntry entry : entries) {
                answers.computeIfAbsent(key(entry.method(), entry.url()), k -> new ArrayDeque<>())
                        .add(entry);
            }
        }

        private static String key(String method, String url) {
            return method + " " + url;
        }

        boolean isConsumed(HarEntry entry) {
            return consumed.contains(entry);
        }

        @Override
        public NetworkResponse send(NetworkRequest request) throws IOException {
            Deque<HarEntry> queue = answers.getOrDefault(key(request.method(), request.url()), new ArrayDeque<>());
            if (queue.isEmpty() && request.preflight()) {
                return passing(request);
            }
            if (queue.isEmpty()) {
                throw new IOException("no answer to this request was recorded");
            }
            HarEntry entry = queue.remove();
            consumed.add(entry);
            return entry.response()
                    .orElseThrow(() -> new IOException(
                            "the browser recorded no answer: it blocked it or none came; its console says more"));
        }

        private static NetworkResponse passing(NetworkRequest request) {
            return NetworkResponse.of(
                    204,
                    "Access-Control-Allow-Origin",
                    request.headers().first("Origin").orElse("null"),
                    "Access-Control-Allow-Credentials",
                    "true",
                    "Access-Control-Allow-Methods",
                    request.headers().first("Access-Control-Request-Method").orElse("GET"),
                    "Access-Control-Allow-Headers",
                    request.headers().first("Access-Control-Request-Headers").orElse("Accept"),
                    "Access-Control-Max-Age",
                    "0");
        }
    }
}
