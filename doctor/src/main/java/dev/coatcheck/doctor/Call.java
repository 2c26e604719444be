package dev.coatcheck.doctor;

import dev.coatcheck.browser.Credentials;
import dev.coatcheck.browser.Request;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One request that the app makes, as it is written on the command line: {@code POST /login {"user":"a"}}, {@code GET /me} or just
 * {@code /me}. A path is put behind the API's URL; an absolute URL stays. A body that begins like JSON is sent as
 * {@code application/json}, another one as a form.
 */
public final class Call {
    private static final Pattern SHAPE =
            Pattern.compile("(?:([A-Za-z]+)\\s+)?((?:/|https?://)\\S*)(?:\\s+(.*))?", Pattern.DOTALL);
    private static final String PASSWORD = "{{password}}";

    private final String method;
    private final String target;
    private final Optional<String> body;

    private Call(String method, String target, Optional<String> body) {
        this.method = method;
        this.target = target;
        this.body = body;
    }

    /** Reads a call; empty when it has another shape. */
    public static Optional<Call> parse(String text, String defaultMethod) {
        Matcher matcher = SHAPE.matcher(text.strip());
        if (!matcher.matches()) {
            return Optional.empty();
        }
        String method =
                Optional.ofNullable(matcher.group(1)).orElse(defaultMethod).toUpperCase(Locale.ROOT);
        return Optional.of(new Call(method, matcher.group(2), Optional.ofNullable(matcher.group(3))));
    }

    /** Whether the body holds the placeholder <code>{{password}}</code>. */
    public boolean wantsPassword() {
        return body.filter(text -> text.contains(PASSWORD)).isPresent();
    }

    /** The same call with the password in place, escaped for JSON or for a form. */
    public Call withPassword(String password) {
        return new Call(
                method,
                target,
                body.map(text -> text.replace(PASSWORD, isJson(text) ? Json.escape(password) : Form.encode(password))));
    }

    /** The method in upper case. */
    public String method() {
        return method;
    }

    /** The path or URL as written. */
    public String target() {
        return target;
    }

    /** The body. */
    Optional<String> body() {
        return body;
    }

    /** The absolute URL, below the URL of an API. */
    String url(String api) {
        return target.startsWith("/")
                ? (api.endsWith("/") ? api.substring(0, api.length() - 1) : api) + target
                : target;
    }

    /** The request that the app's {@code fetch} makes. */
    Request request(String api, Credentials credentials) {
        Request request = Request.get(url(api)).method(method).credentials(credentials);
        return body.map(text -> request.body(text).header("Content-Type", contentType(text)))
                .orElse(request);
    }

    private static String contentType(String body) {
        return isJson(body) ? "application/json" : "application/x-www-form-urlencoded";
    }

    private static boolean isJson(String body) {
        return body.startsWith("{") || body.startsWith("[");
    }

    /** Method and target; the body may hold a password. */
    @Override
    public String toString() {
        return method + " " + target;
    }
}
