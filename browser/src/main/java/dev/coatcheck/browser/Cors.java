package dev.coatcheck.browser;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** The CORS check and the judgement of preflights (Fetch §4.8, §4.10). */
final class Cors {
    /**
     * Why an answer is refused.
     *
     * @param rule the rule
     * @param seen what the header said
     * @param needed what it should have said
     */
    record Refusal(Rule rule, Optional<String> seen, Optional<String> needed) {}

    private Cors() {}

    /** The CORS check; empty when it is passed. */
    static Optional<Refusal> check(Headers headers, String origin, boolean withCredentials) {
        Optional<String> allowed = headers.combined("Access-Control-Allow-Origin");
        if (allowed.isEmpty()) {
            return refusal(Rule.ALLOW_ORIGIN_MISSING, Optional.empty(), allowOrigin(origin));
        }
        String value = allowed.get();
        if (value.equals("*")) {
            return withCredentials
                    ? refusal(Rule.ALLOW_ORIGIN_WILDCARD, allowOriginLine(value), allowOrigin(origin))
                    : Optional.empty();
        }
        if (!value.equals(origin)) {
            return refusal(mismatch(value), allowOriginLine(value), allowOrigin(origin));
        }
        return withCredentials ? credentialsCheck(headers) : Optional.empty();
    }

    private static Rule mismatch(String value) {
        if (value.indexOf(' ') >= 0 || value.indexOf(',') >= 0) {
            return Rule.ALLOW_ORIGIN_MULTIPLE;
        }
        return value.equals("null") || looksLikeUrl(value) ? Rule.ALLOW_ORIGIN_MISMATCH : Rule.ALLOW_ORIGIN_INVALID;
    }

    private static boolean looksLikeUrl(String value) {
        if (!value.matches("(?s)(https?|wss?|ftp)://.*")) {
            return value.matches("(?s)[A-Za-z][A-Za-z0-9+.\\-]*:.+") && !value.matches("(https?|wss?|ftp):/*");
        }
        return value.matches(
                "(?s)[a-z]+://([^/@]*@)?(\\[[0-9A-Fa-f:.]+]|[^/:@\\[\\]<>^|\\\\%#? ]+)(:\\d{0,5})?([/?#].*)?");
    }

    private static Optional<Refusal> credentialsCheck(Headers headers) {
        Optional<String> value = headers.combined("Access-Control-Allow-Credentials");
        if (value.equals(Optional.of("true"))) {
            return Optional.empty();
        }
        Rule rule = value.isEmpty() ? Rule.ALLOW_CREDENTIALS_MISSING : Rule.ALLOW_CREDENTIALS_INVALID;
        return refusal(
                rule,
                value.map(v -> "Access-Control-Allow-Credentials: " + v),
                Optional.of("Access-Control-Allow-Credentials: true"));
    }

    private static Optional<String> allowOrigin(String origin) {
        return Optional.of("Access-Control-Allow-Origin: " + origin);
    }

    private static Optional<String> allowOriginLine(String value) {
        return Optional.of("Access-Control-Allow-Origin: " + value);
    }

    private static Optional<Refusal> refusal(Rule rule, Optional<String> seen, Optional<String> needed) {
        return Optional.of(new Refusal(rule, seen, needed));
    }

    /** Whether a preflight's answer lets a request pass; empty when it does. */
    static Optional<Refusal> preflight(
            NetworkResponse response, String origin, boolean credentials, String method, Set<String> unsafe) {
        Optional<Refusal> check = check(response.headers(), origin, credentials);
        if (check.isPresent()) {
            return check;
        }
        if (response.status() < 200 || response.status() > 299) {
            return refusal(
                    Rule.PREFLIGHT_STATUS,
                    Optional.of("status " + response.status()),
                    Optional.of("status 204, without asking for a session"));
        }
        Optional<Grants> grants = Grants.of(response.headers(), credentials);
        if (grants.isEmpty()) {
            boolean methods =
                    list(response.headers(), "Access-Control-Allow-Methods").isEmpty();
            String name = methods ? "Access-Control-Allow-Methods" : "Access-Control-Allow-Headers";
            return refusal(
                    methods ? Rule.PREFLIGHT_METHODS_MALFORMED : Rule.PREFLIGHT_HEADERS_MALFORMED,
                    response.headers().combined(name).map(v -> name + ": " + v),
                    Optional.of(name + ": names with commas between them"));
        }
        return grants.get().refusal(method, unsafe);
    }

    /** The words of a list header; empty when it is malformed. */
    static Optional<List<String>> list(Headers headers, String name) {
        List<String> words = List.of(headers.combined(name).orElse("").split(",", -1)).stream()
                .map(String::strip)
                .filter(word -> !word.isEmpty())
                .toList();
        return words.stream().allMatch(Safelists::isToken) ? Optional.of(words) : Optional.empty();
    }

    /**
     * What a preflight's answer grants.
     *
     * @param methods the allowed methods, case-sensitive
     * @param headers the allowed headers in lower case
     * @param credentials whether it was asked with credentials, where {@code *} is only a name
     */
    record Grants(Set<String> methods, Set<String> headers, boolean credentials) {
        static Optional<Grants> of(Headers answer, boolean credentials) {
            Optional<List<String>> methods = list(answer, "Access-Control-Allow-Methods");
            Optional<List<String>> headers = list(answer, "Access-Control-Allow-Headers");
            if (methods.isEmpty() || headers.isEmpty()) {
                return Optional.empty();
            }
            Set<String> lower = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
            lower.addAll(headers.get());
            return Optional.of(new Grants(Set.copyOf(methods.get()), lower, credentials));
        }

        Optional<Refusal> refusal(String method, Set<String> unsafe) {
            boolean methodAllowed = Safelists.isSafeMethod(method) || grants(methods, method);
            if (!methodAllowed) {
                return Optional.of(new Refusal(
                        Rule.PREFLIGHT_METHOD_REFUSED,
                        line("Access-Control-Allow-Methods", methods),
                        Optional.of("Access-Control-Allow-Methods: " + method)));
            }
            return unsafe.stream()
                    .filter(name -> !grants(headers, name))
                    .findFirst()
                    .map(name -> new Refusal(
                            Rule.PREFLIGHT_HEADER_REFUSED,
                            line("Access-Control-Allow-Headers", headers),
                            Optional.of("Access-Control-Allow-Headers: " + name)));
        }

        private boolean grants(Set<String> granted, String wanted) {
            return granted.contains(wanted) || (!credentials && granted.contains("*"));
        }

        private static Optional<String> line(String name, Set<String> words) {
            return words.isEmpty()
                    ? Optional.empty()
                    : Optional.of(name + ": " + String.join(", ", new TreeSet<>(words)));
        }
    }
}
