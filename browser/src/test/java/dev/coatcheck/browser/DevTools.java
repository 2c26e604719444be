package dev.coatcheck.browser;

import java.util.Map;
import java.util.Optional;

/** DevTools' names for the rules, as they stand in the recorded scenarios. */
final class DevTools {
    private static final Map<Rule, String> SET_COOKIE = Map.ofEntries(
            Map.entry(Rule.COOKIE_EMPTY, "NoCookieContent"),
            Map.entry(Rule.COOKIE_CONTROL_CHARACTER, "DisallowedCharacter"),
            Map.entry(Rule.COOKIE_TOO_BIG, "NameValuePairExceedsMaxSize"),
            Map.entry(Rule.COOKIE_DOMAIN_MISMATCH, "InvalidDomain"),
            Map.entry(Rule.COOKIE_PUBLIC_SUFFIX, "InvalidDomain"),
            Map.entry(Rule.COOKIE_SECURE_ONLY, "SecureOnly"),
            Map.entry(Rule.COOKIE_PREFIX, "InvalidPrefix"),
            Map.entry(Rule.COOKIE_NAMELESS_PREFIX, "InvalidPrefix"),
            Map.entry(Rule.COOKIE_NONE_WITHOUT_SECURE, "SameSiteNoneInsecure"),
            Map.entry(Rule.COOKIE_SAME_SITE_STRICT, "SchemefulSameSiteStrict"),
            Map.entry(Rule.COOKIE_SAME_SITE_LAX, "SchemefulSameSiteLax"),
            Map.entry(Rule.COOKIE_SAME_SITE_DEFAULT, "SchemefulSameSiteUnspecifiedTreatedAsLax"),
            Map.entry(Rule.COOKIE_LEAVES_SECURE_ALONE, "OverwriteSecure"),
            Map.entry(Rule.COOKIE_CLEARED_AT_ONCE, "SyntaxError"),
            Map.entry(Rule.COOKIE_THIRD_PARTY, "UserPreferences"));

    private static final Map<Rule, String> COOKIE = Map.ofEntries(
            Map.entry(Rule.COOKIE_SECURE_ONLY, "SecureOnly"),
            Map.entry(Rule.COOKIE_HOST_MISMATCH, "DomainMismatch"),
            Map.entry(Rule.COOKIE_PATH_MISMATCH, "NotOnPath"),
            Map.entry(Rule.COOKIE_SAME_SITE_STRICT, "SchemefulSameSiteStrict"),
            Map.entry(Rule.COOKIE_SAME_SITE_LAX, "SchemefulSameSiteLax"),
            Map.entry(Rule.COOKIE_SAME_SITE_DEFAULT, "SchemefulSameSiteUnspecifiedTreatedAsLax"),
            Map.entry(Rule.COOKIE_THIRD_PARTY, "UserPreferences"));

    private static final Map<Rule, String> CORS = Map.ofEntries(
            Map.entry(Rule.ALLOW_ORIGIN_MISSING, "MissingAllowOriginHeader"),
            Map.entry(Rule.ALLOW_ORIGIN_MULTIPLE, "MultipleAllowOriginValues"),
            Map.entry(Rule.ALLOW_ORIGIN_WILDCARD, "WildcardOriginNotAllowed"),
            Map.entry(Rule.ALLOW_ORIGIN_INVALID, "InvalidAllowOriginValue"),
            Map.entry(Rule.ALLOW_ORIGIN_MISMATCH, "AllowOriginMismatch"),
            Map.entry(Rule.ALLOW_CREDENTIALS_MISSING, "InvalidAllowCredentials"),
            Map.entry(Rule.ALLOW_CREDENTIALS_INVALID, "InvalidAllowCredentials"));

    private static final Map<Rule, String> REQUEST = Map.ofEntries(
            Map.entry(Rule.PREFLIGHT_STATUS, "PreflightInvalidStatus"),
            Map.entry(Rule.PREFLIGHT_REDIRECT, "PreflightDisallowedRedirect"),
            Map.entry(Rule.PREFLIGHT_METHODS_MALFORMED, "InvalidAllowMethodsPreflightResponse"),
            Map.entry(Rule.PREFLIGHT_HEADERS_MALFORMED, "InvalidAllowHeadersPreflightResponse"),
            Map.entry(Rule.PREFLIGHT_METHOD_REFUSED, "MethodDisallowedByPreflightResponse"),
            Map.entry(Rule.PREFLIGHT_HEADER_REFUSED, "HeaderDisallowedByPreflightResponse"),
            Map.entry(Rule.REDIRECT_CREDENTIALS, "RedirectContainsCredentials"),
            Map.entry(Rule.LOCAL_NETWORK_DENIED, "LocalNetworkAccessPermissionDenied"),
            Map.entry(Rule.REDIRECT_SCHEME, "CorsDisabledScheme"),
            Map.entry(Rule.LOCAL_NETWORK_SPACE_MISMATCH, "InvalidLocalNetworkAccess"),
            Map.entry(Rule.LOCAL_NETWORK_INSECURE, "InsecureLocalNetwork"));

    private DevTools() {}

    static Optional<String> setCookieReason(Rule rule) {
        return Optional.ofNullable(SET_COOKIE.get(rule));
    }

    static Optional<String> cookieReason(Rule rule) {
        return Optional.ofNullable(COOKIE.get(rule));
    }

    static Optional<String> corsError(Decision decision) {
        Optional<String> check = Optional.ofNullable(CORS.get(decision.rule()))
                .map(name -> decision.preflight() ? "Preflight" + name : name);
        return check.or(() -> Optional.ofNullable(REQUEST.get(decision.rule())));
    }

    /** What DevTools shows beside the error: the offending value or name. */
    static String parameter(Decision decision) {
        return switch (decision.rule()) {
            case ALLOW_ORIGIN_MULTIPLE, ALLOW_ORIGIN_INVALID, ALLOW_ORIGIN_MISMATCH, ALLOW_CREDENTIALS_INVALID ->
                valueOf(decision.seen().orElse(""));
            case PREFLIGHT_METHOD_REFUSED, PREFLIGHT_HEADER_REFUSED ->
                valueOf(decision.needed().orElse(""));
            default -> "";
        };
    }

    private static String valueOf(String line) {
        String value = CookieText.decoded(line.substring(line.indexOf(':') + 2));
        return value.isEmpty() ? "" : ": " + value;
    }
}
