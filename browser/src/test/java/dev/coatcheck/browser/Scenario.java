package dev.coatcheck.browser;

import dev.coatcheck.site.ParsedSetCookie;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;

/** One recorded scenario, played through the model step by step. Collects every difference from what the real browser did. */
final class Scenario {
    /** Headers that the recorder left out. */
    private static final Set<String> UNRECORDED = Set.of(
            "accept",
            "accept-language",
            "cache-control",
            "content-language",
            "if-none-match",
            "if-modified-since",
            "pragma",
            "range");

    private static final Pattern DATE = Pattern.compile("\\{\\{date:([+-]\\d+)}}");
    private static final Pattern CUT = Pattern.compile("\\.\\.\\.\\(\\d+ chars\\)$");

    private final JsonNode json;
    private final JsonNode observations;
    /** Whether only the server and the page's script were asked, and not the browser's own tools. */
    private final boolean seenFromOutside;

    private final SettableClock clock;
    private final Optional<Instant> dated;
    private final ScriptedServer server = new ScriptedServer();
    private final Browser browser;
    private final List<String> differences = new ArrayList<>();
    private int step;

    Scenario(JsonNode json) {
        this(json, json.path("observed"), Profile.CHROMIUM);
    }

    /** The same scenario as another browser was seen to play it. */
    Scenario(JsonNode json, JsonNode observed, Profile profile) {
        this.json = json;
        this.observations = observed;
        this.seenFromOutside = profile != Profile.CHROMIUM;
        this.dated = profile == Profile.CHROMIUM ? recordedAt(json) : Optional.empty();
        this.clock = new SettableClock(dated.orElse(Instant.parse("2026-11-20T12:00:00Z")));
        this.browser =
                Browser.of(settings(json.path("browser").asString("default")).withProfile(profile), server);
    }

    /**
     * When the scenario was recorded, as far as it can be told and matters: a cookie with an absolute {@code Expires} date and the
     * seconds that were left of it. Known to ten seconds.
     */
    private static Optional<Instant> recordedAt(JsonNode json) {
        for (int i = 0; i < json.path("steps").size(); i++) {
            for (JsonNode header : json.path("steps").get(i).path("response").path("headers")) {
                ParsedSetCookie line = ParsedSetCookie.parse(header.path(1).asString(""));
                boolean absolute = header.path(0).asString("").equalsIgnoreCase("Set-Cookie")
                        && line.maxAge().isEmpty();
                for (JsonNode cookie : json.path("observed").get(i).path("cookiesStored")) {
                    long left = cookie.path("expiresInSeconds").asLong(0);
                    boolean uncapped = left > 0 && left < Duration.ofDays(399).toSeconds();
                    if (absolute
                            && uncapped
                            && cookie.path("name").asString("").equals(line.name())
                            && line.expires().isPresent()) {
                        return Optional.of(line.expires().get().minusSeconds(left));
                    }
                }
            }
        }
        return Optional.empty();
    }

    private BrowserSettings settings(String mode) {
        BrowserSettings settings =
                BrowserSettings.DEFAULT.withClock(clock).withAddressSpaceOf(host -> Optional.of(AddressSpace.LOOPBACK));
        if (mode.equals("block3pc") || mode.equals("debian-untouched")) {
            return settings.withThirdPartyCookiesBlocked();
        }
        if (!mode.startsWith("lna")) {
            return settings;
        }
        settings = settings.withAddressSpaceOf(Scenario::mappedSpace);
        return switch (mode) {
            case "lna-headed" -> settings.withPromptAnswer(PromptAnswer.IGNORE);
            case "lna-loopback-granted" -> settings.withGrantedSpaces(Set.of(AddressSpace.LOOPBACK));
            case "lna-local-granted" -> settings.withGrantedSpaces(Set.of(AddressSpace.LOCAL));
            case "lna-both-granted" -> settings.withGrantedSpaces(Set.of(AddressSpace.LOOPBACK, AddressSpace.LOCAL));
            default -> settings;
        };
    }

    private static Optional<AddressSpace> mappedSpace(String host) {
        if (host.endsWith(".public.test")) {
            return Optional.of(AddressSpace.PUBLIC);
        }
        return Optional.of(host.endsWith(".lan.test") ? AddressSpace.LOCAL : AddressSpace.LOOPBACK);
    }

    /** Whether a header that matters was cut off when it was recorded, so that nobody can replay it. */
    static boolean isCut(JsonNode json) {
        for (JsonNode one : json.path("steps")) {
            for (JsonNode header : one.path("response").path("headers")) {
                if (CUT.matcher(header.path(1).asString("")).find()) {
                    return true;
                }
            }
            for (JsonNode header : one.path("request").path("headers")) {
                if (CUT.matcher(header.path(1).asString("")).find()) {
                    return true;
                }
            }
        }
        return false;
    }

    /** Plays all steps and returns the differences, empty when the model agrees. */
    List<String> play() {
        open(json.path("page").asString(""), json.path("pageHeaders"));
        JsonNode steps = json.path("steps");
        for (step = 0; step < steps.size(); step++) {
            playStep(steps.get(step), observations.get(step));
        }
        return differences;
    }

    private void open(String page, JsonNode pageHeaders) {
        browser.open(page, headers(pageHeaders));
        JsonNode frame = json.path("frame");
        if (frame.isObject()) {
            browser.enter(frame(frame));
        }
    }

    private static Frame frame(JsonNode frame) {
        Frame made = frame.has("srcdoc")
                ? Frame.of(Frame.SRCDOC)
                : Frame.of(frame.path("url").asString(""));
        if (frame.has("sandbox")) {
            made = made.withSandbox(words(frame.path("sandbox").asString("")));
        }
        return frame.has("allow") ? made.withAllow(words(frame.path("allow").asString(""))) : made;
    }

    private static String[] words(String text) {
        return List.of(text.split("[\\s;]+", -1)).stream()
                .filter(word -> !word.isEmpty())
                .distinct()
                .toArray(String[]::new);
    }

    private void playStep(JsonNode script, JsonNode observed) {
        if (script.has("page") && !script.path("page").isNull()) {
            open(script.path("page").asString(""), script.path("pageHeaders"));
        }
        clock.forward(Duration.ofMillis(script.path("waitMs").asInt(0)));
        JsonNode request = script.path("request");
        server.script(script, request, this::headers);
        switch (request.path("kind").asString("")) {
            case "permission" -> comparePermissions(observed.path("permissions"));
            case "js-cookie" -> browser.setDocumentCookie(request.path("value").asString(""));
            default -> compare(request, browser.send(Requests.of(request)), observed);
        }
        compareState(observed);
        clock.forward(Duration.ofMillis(20));
    }

    private Headers headers(JsonNode pairs) {
        Headers headers = Headers.NONE;
        for (JsonNode pair : pairs) {
            headers = headers.plus(pair.path(0).asString(""), dated(pair.path(1).asString("")));
        }
        return headers;
    }

    private String dated(String value) {
        Matcher matcher = DATE.matcher(value);
        return matcher.replaceAll(found -> DateTimeFormatter.RFC_1123_DATE_TIME.format(clock.instant()
                .plusSeconds(Long.parseLong(found.group(1).replace("+", "")))
                .atZone(ZoneOffset.UTC)));
    }

    // What the request did

    private void compare(JsonNode request, Outcome outcome, JsonNode observed) {
        String kind = request.path("kind").asString("");
        List<NetworkRequest> arrived = server.arrived();
        List<NetworkRequest> actual =
                arrived.stream().filter(r -> !r.preflight()).toList();
        List<NetworkRequest> preflights =
                arrived.stream().filter(NetworkRequest::preflight).toList();
        same("reachedServer", observed.path("reachedServer").asBoolean(), !actual.isEmpty());
        same("preflightSent", observed.path("preflightSent").asBoolean(), !preflights.isEmpty());
        same("requestHeaders", compared(recorded(observed.path("requestHeaders"))), compared(recorded(actual)));
        same(
                "preflightRequestHeaders",
                compared(recorded(observed.path("preflightRequestHeaders"))),
                compared(recorded(preflights)));
        compareServerRequests(observed.path("serverRequests"), arrived);
        compareReading(kind, outcome, observed);
        compareKind(kind, outcome, observed);
        same("pending", observed.path("pending").asBoolean(false), outcome.pending());
        if (seenFromOutside) {
            return;
        }
        same("finalUrl", text(observed.path("finalUrl")), finalUrl(kind, request, outcome));
        boolean websocket = kind.equals("websocket");
        same(
                "setCookieBlockedReasons",
                perRequest(refusedCookies(observed.path("setCookieBlockedReasons")), actual),
                websocket ? new TreeSet<>() : perRequest(refusedCookies(outcome), actual));
        same(
                "cookieSendBlockedReasons",
                perRequest(withheldCookies(observed.path("cookieSendBlockedReasons")), actual),
                websocket ? new TreeSet<>() : perRequest(withheldCookies(outcome), actual));
        same("corsError", corsError(observed.path("corsError")), websocket ? Optional.empty() : corsError(outcome));
    }

    private static Optional<String> finalUrl(String kind, JsonNode request, Outcome outcome) {
        boolean elsewhere = Set.of("open", "iframe", "img", "script", "eventsource", "websocket", "beacon")
                        .contains(kind)
                || !request.path("target").asString("_top").equals("_top");
        return elsewhere ? Optional.empty() : outcome.finalUrl();
    }

    /** The model writes Chromium's Referer and Sec-Fetch headers for every browser; no rule of a sign-in hangs on them. */
    private Optional<Map<String, String>> compared(Optional<Map<String, String>> headers) {
        headers.filter(map -> seenFromOutside)
                .ifPresent(
                        map -> map.keySet().removeIf(name -> name.equals("referer") || name.startsWith("sec-fetch-")));
        return headers;
    }

    private static Optional<Map<String, String>> recorded(JsonNode headers) {
        if (!headers.isObject()) {
            return Optional.empty();
        }
        Map<String, String> map = new TreeMap<>();
        headers.properties()
                .forEach(entry -> map.put(entry.getKey(), entry.getValue().asString("")));
        return Optional.of(map);
    }

    private static Optional<Map<String, String>> recorded(List<NetworkRequest> requests) {
        return requests.isEmpty() ? Optional.empty() : Optional.of(recorded(requests.get(0)));
    }

    private static Map<String, String> recorded(NetworkRequest request) {
        Map<String, String> map = new TreeMap<>();
        for (String name : request.headers().names()) {
            if (!UNRECORDED.contains(name)) {
                map.put(name, cut(request.headers().combined(name).orElse("")));
            }
        }
        return map;
    }

    static String cut(String value) {
        return value.length() <= 600 ? value : value.substring(0, 40) + "...(" + value.length() + " chars)";
    }

    private void compareServerRequests(JsonNode observed, List<NetworkRequest> arrived) {
        same("number of server requests", observed.size(), arrived.size());
        for (int i = 0; i < Math.min(observed.size(), arrived.size()); i++) {
            JsonNode expected = observed.get(i);
            NetworkRequest got = arrived.get(i);
            same(
                    "server request " + i,
                    expected.path("method").asString("") + " "
                            + expected.path("url").asString(""),
                    got.method() + " " + got.url());
            same(
                    "server request " + i + " preflight",
                    expected.path("preflight").asBoolean(false),
                    got.preflight());
            same(
                    "server request " + i + " body",
                    expected.path("body").asString(""),
                    got.body().orElse(""));
            if (expected.has("headers")) {
                same(
                        "server request " + i + " headers",
                        compared(recorded(expected.path("headers"))),
                        compared(Optional.of(recorded(got))));
            }
        }
    }

    private void compareReading(String kind, Outcome outcome, JsonNode observed) {
        boolean script = kind.equals("fetch") || kind.equals("xhr");
        same(
                "responseReadableByJs",
                text(observed.path("responseReadableByJs")),
                script ? Optional.of(String.valueOf(outcome.readable())) : Optional.empty());
        same(
                "responseType",
                text(observed.path("responseType")),
                kind.equals("fetch")
                        ? outcome.type()
                                .map(t -> t.name().toLowerCase(Locale.ROOT).replace("_", ""))
                        : Optional.empty());
        same(
                "responseStatusSeenByJs",
                text(observed.path("responseStatusSeenByJs")),
                outcome.status().isPresent()
                        ? Optional.of(String.valueOf(outcome.status().getAsInt()))
                        : Optional.empty());
        Set<String> exposed = new TreeSet<>();
        observed.path("exposedHeaders").forEach(name -> exposed.add(name.asString("")));
        same("exposedHeaders", exposed, new TreeSet<>(outcome.exposedHeaders()));
    }

    private void compareKind(String kind, Outcome outcome, JsonNode observed) {
        if (observed.has("loaded")) {
            same(
                    "loaded",
                    text(observed.path("loaded")),
                    outcome.pending()
                            ? Optional.empty()
                            // A frame's load event comes for an error page too.
                            : Optional.of(String.valueOf(outcome.readable() || kind.equals("iframe"))));
        }
        if (observed.has("opened")) {
            same(
                    "opened",
                    observed.path("opened").asBoolean(),
                    outcome.refusals().stream().noneMatch(d -> d.rule() == Rule.SANDBOX_POPUPS));
        }
        if (observed.has("queued")) {
            // Only what is checked before the call returns can make it false.
            same(
                    "queued",
                    observed.path("queued").asBoolean(),
                    outcome.refusals().stream().noneMatch(d -> d.rule() == Rule.MIXED_CONTENT_BLOCKED));
        }
    }

    private static Set<String> refusedCookies(JsonNode list) {
        Set<String> all = new TreeSet<>();
        for (JsonNode one : list) {
            one.path("reasons")
                    .forEach(reason -> all.add((one.has("name")
                                    ? one.path("name").asString("")
                                    : nameOf(one.path("cookieLine").asString("")))
                            + " at " + one.path("url").asString("") + ": " + reason.asString("")));
        }
        return all;
    }

    private static String nameOf(String line) {
        return ParsedSetCookie.parse(line).name();
    }

    private static Set<String> refusedCookies(Outcome outcome) {
        Set<String> all = new TreeSet<>();
        for (Decision decision : outcome.decisions(Step.STORE_COOKIE)) {
            DevTools.setCookieReason(decision.rule())
                    .filter(reason -> !decision.allowed())
                    .ifPresent(reason -> all.add(decision.subject() + " at " + decision.url() + ": " + reason));
        }
        return all;
    }

    private static Set<String> withheldCookies(JsonNode list) {
        Set<String> all = new TreeSet<>();
        for (JsonNode one : list) {
            one.path("reasons")
                    .forEach(reason -> all.add(one.path("name").asString("") + " at "
                            + one.path("url").asString("") + ": " + reason.asString("")));
        }
        return all;
    }

    private static Set<String> withheldCookies(Outcome outcome) {
        Set<String> all = new TreeSet<>();
        for (Decision decision : outcome.decisions(Step.ATTACH_COOKIE)) {
            DevTools.cookieReason(decision.rule())
                    .filter(reason -> !decision.allowed())
                    .ifPresent(reason -> all.add(decision.subject() + " at " + decision.url() + ": " + reason));
        }
        return all;
    }

    /** DevTools has one id for all requests of a chain of redirects: there the URL can't be told. */
    private static Set<String> perRequest(Set<String> reasons, List<NetworkRequest> actual) {
        return actual.size() < 2
                ? reasons
                : reasons.stream()
                        .map(reason -> reason.replaceFirst(" at \\S+: ", ": "))
                        .collect(Collectors.toCollection(TreeSet::new));
    }

    private static Optional<String> corsError(JsonNode error) {
        return error.isObject()
                ? Optional.of(error.path("error").asString("") + " in "
                        + error.path("request").asString("") + parameter(error))
                : Optional.empty();
    }

    private static String parameter(JsonNode error) {
        return error.path("failedParameter").isNull()
                ? ""
                : ": " + error.path("failedParameter").asString("");
    }

    private static Optional<String> corsError(Outcome outcome) {
        return outcome.refusals().stream()
                .filter(decision -> DevTools.corsError(decision).isPresent())
                .findFirst()
                .map(decision -> DevTools.corsError(decision).orElseThrow()
                        + (decision.preflight() ? " in preflight" : " in actual")
                        + DevTools.parameter(decision));
    }

    // The state afterwards

    private void comparePermissions(JsonNode observed) {
        observed.properties()
                .forEach(entry -> same(
                        "permission " + entry.getKey(),
                        entry.getValue().asString(""),
                        browser.permission(entry.getKey()).name().toLowerCase(Locale.ROOT)));
        same("requests while asking for permissions", 0, server.arrived().size());
    }

    private void compareState(JsonNode observed) {
        if (seenFromOutside && !observed.has("secureContext")) {
            return;
        }
        same("secureContext", observed.path("secureContext").asBoolean(), browser.isSecureContext());
        same(
                "documentCookie",
                text(observed.path("documentCookie")),
                browser.documentCookie().map(Scenario::cut));
        if (seenFromOutside) {
            return;
        }
        Set<String> expected = new HashSet<>();
        observed.path("cookiesStored").forEach(cookie -> expected.add(cookie(cookie)));
        Set<String> actual = new HashSet<>();
        browser.cookies().forEach(cookie -> actual.add(cookie(cookie)));
        same("cookiesStored", new TreeSet<>(expected), new TreeSet<>(actual));
        same(
                "number of cookies",
                observed.path("cookiesStored").size(),
                browser.cookies().size());
    }

    private static String cookie(JsonNode c) {
        JsonNode key = c.path("partitionKey");
        String expires = c.path("expiresInSeconds").isNull()
                ? "session"
                : c.path("expiresInSeconds").asString("");
        String domain = c.path("domain").asString("");
        return String.join(
                " | ",
                c.path("name").asString("") + "=" + c.path("value").asString(""),
                domain.startsWith(".") ? domain.substring(1) : domain,
                "hostOnly " + c.path("hostOnly").asBoolean(),
                c.path("path").asString(""),
                "secure " + c.path("secure").asBoolean(),
                "httpOnly " + c.path("httpOnly").asBoolean(),
                c.path("sameSite").asString(""),
                expires,
                c.path("sourceScheme").asString("") + " " + c.path("sourcePort").asInt(),
                key.isObject()
                        ? key.path("topLevelSite").asString("") + " "
                                + key.path("hasCrossSiteAncestor").asBoolean()
                        : "unpartitioned");
    }

    private String cookie(StoredCookie c) {
        String value = CookieText.decoded(c.value());
        boolean utf8 = CookieText.isUtf8(c.value());
        return String.join(
                " | ",
                (CookieText.isUtf8(c.name()) ? CookieText.decoded(c.name()) : upToBrokenByte(c.name())) + "="
                        + (utf8 ? cut(value) : upToBrokenByte(c.value())),
                c.domain(),
                "hostOnly " + c.hostOnly(),
                cut(CookieText.decoded(c.path())),
                "secure " + c.secure(),
                "httpOnly " + c.httpOnly(),
                c.sameSite().map(Object::toString).orElse("unspecified"),
                c.expires().map(this::rounded).orElse("session"),
                (c.sourceScheme().equals("https") ? "Secure " : "NonSecure ") + c.sourcePort(),
                c.partition()
                        .map(p -> p.topLevelSite() + " " + p.hasCrossSiteAncestor())
                        .orElse("unpartitioned"));
    }

    /** DevTools cuts a value at the first byte that isn't UTF-8. */
    private static String upToBrokenByte(String value) {
        for (int end = value.length(); end > 0; end--) {
            String head = value.substring(0, end);
            if (CookieText.isUtf8(head)) {
                return CookieText.decoded(head);
            }
        }
        return "";
    }

    private String rounded(Instant expires) {
        double seconds = Duration.between(clock.instant(), expires).toMillis() / 1000.0;
        long tens = Math.round(seconds / 10) * 10;
        // With an absolute date the second of the recording is not known: the next ten seconds are as good.
        return String.valueOf(dated.isEmpty() ? tens : nearest(tens));
    }

    private long nearest(long tens) {
        for (JsonNode cookie : observations.get(step).path("cookiesStored")) {
            long recorded = cookie.path("expiresInSeconds").asLong(-1);
            if (Math.abs(recorded - tens) <= 10) {
                return recorded;
            }
        }
        return tens;
    }

    private static Optional<String> text(JsonNode node) {
        return node.isNull() || node.isMissingNode() ? Optional.empty() : Optional.of(node.asString());
    }

    private void same(String what, Object expected, Object actual) {
        if (!expected.equals(actual)) {
            differences.add("step " + step + " " + what + "\n    browser: " + expected + "\n    model:   " + actual);
        }
    }
}
