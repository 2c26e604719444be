package dev.coatcheck.doctor;

import dev.coatcheck.browser.StoredCookie;
import dev.coatcheck.site.CookieHeader;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;

/**
 * Takes secrets out of everything that is printed: marked values always, and wherever else they stand all long values of cookies, tokens
 * and passwords that were seen.
 */
final class Redactor {
    private static final char START = '\uE000';
    private static final char END = '\uE001';
    private static final Pattern MARKED = Pattern.compile(START + "[^" + END + "]*" + END);
    private static final String GONE = "[redacted]";
    private static final int LONG_ENOUGH = 6;
    private static final Pattern SECRET_FIELD =
            Pattern.compile("pass|pwd|secret|token|pin|otp|code", Pattern.CASE_INSENSITIVE);

    private final boolean show;
    private final List<String> secrets;

    private Redactor(boolean show, Set<String> secrets) {
        this.show = show;
        this.secrets = secrets.stream()
                .filter(secret -> secret.length() >= LONG_ENOUGH)
                .sorted(Comparator.comparing(String::length).reversed())
                .toList();
    }

    /** A redactor for what a visit has seen; one that shows everything on demand. */
    static Redactor of(Visit visit, boolean show) {
        Set<String> secrets = new HashSet<>();
        visit.acts().stream()
                .flatMap(act -> act.jar().stream())
                .map(StoredCookie::value)
                .forEach(secrets::add);
        visit.answers()
                .flatMap(answer -> answer.headers().all("Set-Cookie").stream())
                .flatMap(line ->
                        CookieHeader.parse(List.of(line)).pairs().stream().limit(1))
                .map(CookieHeader.Pair::value)
                .forEach(secrets::add);
        visit.token().map(CsrfToken::value).ifPresent(secrets::add);
        visit.bearer().ifPresent(secrets::add);
        visit.plan().login().flatMap(Call::body).ifPresent(body -> secrets.addAll(secretFields(body)));
        visit.plan().headers().fields().stream()
                .filter(field -> SECRET_FIELD.matcher(field.name()).find()
                        || field.name().toLowerCase(Locale.ROOT).contains("auth"))
                .forEach(field -> secrets.add(field.value()));
        return new Redactor(show, secrets);
    }

    private static Set<String> secretFields(String body) {
        Optional<JsonNode> json = Json.object(body);
        if (json.isPresent()) {
            return json.get().properties().stream()
                    .filter(entry -> SECRET_FIELD.matcher(entry.getKey()).find())
                    .map(entry -> entry.getValue().asString(""))
                    .collect(Collectors.toSet());
        }
        return List.of(body.split("&", -1)).stream()
                .map(pair -> pair.split("=", 2))
                .filter(pair ->
                        pair.length == 2 && SECRET_FIELD.matcher(pair[0]).find())
                .map(pair -> Form.decode(pair[1]))
                .collect(Collectors.toSet());
    }

    /** Marks a value as secret inside a text. */
    static String mark(String value) {
        return START + value.replace(String.valueOf(START), "").replace(String.valueOf(END), "") + END;
    }

    /** A cookie with its attributes, its value marked. */
    static String describe(StoredCookie cookie) {
        return cookie.name() + "=" + mark(cookie.value())
                + (cookie.hostOnly() ? "" : "; Domain=" + cookie.domain()) + "; Path=" + cookie.path()
                + (cookie.secure() ? "; Secure" : "") + (cookie.httpOnly() ? "; HttpOnly" : "")
                + cookie.sameSite().map(s -> "; SameSite=" + s).orElse("");
    }

    String clean(String text) {
        if (show) {
            return text.replace(String.valueOf(START), "").replace(String.valueOf(END), "");
        }
        String cleaned = MARKED.matcher(text).replaceAll(GONE);
        for (String secret : secrets) {
            cleaned = cleaned.replace(secret, GONE);
        }
        return cleaned;
    }
}
