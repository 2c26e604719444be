package dev.coatcheck.cors;

import dev.coatcheck.site.Origin;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Which other origins' pages may read answers (Fetch standard, CORS protocol). Always an exact list, always with
 * credentials, never a wildcard, never {@code null}.
 *
 * @param origins the apps' origins
 * @param methods answered to preflights
 * @param headers request headers answered to preflights, beyond the safelisted ones
 * @param exposed response headers that scripts may read
 * @param maxAge how long a browser may remember a preflight (Chromium caps it at two hours)
 */
public record CorsPolicy(
        Set<Origin> origins, List<String> methods, List<String> headers, List<String> exposed, Duration maxAge) {
    private static final Pattern TOKEN = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]+");

    /** No origin; the methods and headers that single-page apps use. */
    public static final CorsPolicy DEFAULT = new CorsPolicy(
            Set.of(),
            List.of("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"),
            List.of("Accept", "Authorization", "Content-Type", "X-CSRF-Token", "X-XSRF-TOKEN", "X-Requested-With"),
            List.of("X-CSRF-Token", "Retry-After", "WWW-Authenticate", "Location", "Coatcheck-Session"),
            Duration.ofMinutes(10));

    /** @throws IllegalArgumentException when a method or header is not a token (RFC 9110 §5.6.2), or is {@code *} */
    public CorsPolicy {
        origins = Set.copyOf(origins);
        methods = tokens("method", methods);
        headers = tokens("header", headers);
        exposed = tokens("header", exposed);
    }

    public CorsPolicy withOrigins(Set<Origin> apps) {
        return new CorsPolicy(apps, methods, headers, exposed, maxAge);
    }

    /** This policy with more request headers allowed. */
    public CorsPolicy withMoreHeaders(List<String> more) {
        return new CorsPolicy(origins, methods, joined(headers, more), exposed, maxAge);
    }

    /** This policy with more methods allowed. */
    public CorsPolicy withMoreMethods(List<String> more) {
        return new CorsPolicy(origins, joined(methods, more), headers, exposed, maxAge);
    }

    /** This policy with more response headers exposed. */
    public CorsPolicy withMoreExposed(List<String> more) {
        return new CorsPolicy(origins, methods, headers, joined(exposed, more), maxAge);
    }

    public CorsPolicy withMaxAge(Duration duration) {
        return new CorsPolicy(origins, methods, headers, exposed, duration);
    }

    private static List<String> tokens(String what, List<String> names) {
        for (String name : names) {
            if (name.equals("*") || !TOKEN.matcher(name).matches()) {
                throw new IllegalArgumentException("CORS: " + name + " is not the name of a " + what
                        + " (a wildcard does not work with credentials: write the names)");
            }
        }
        return List.copyOf(names);
    }

    private static List<String> joined(List<String> some, List<String> more) {
        Set<String> seen = new LinkedHashSet<>();
        List<String> all = new ArrayList<>();
        for (List<String> part : List.of(some, more)) {
            part.stream()
                    .filter(name -> seen.add(name.toLowerCase(Locale.ROOT)))
                    .forEach(all::add);
        }
        return all;
    }
}
