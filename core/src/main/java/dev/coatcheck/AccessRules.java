package dev.coatcheck;

import dev.coatcheck.http.WebRequest;
import java.util.List;

/**
 * Which paths need nobody, and which need somebody. The longest matching prefix decides; a prefix matches whole segments.
 *
 * @param sessionless the store is never asked for these, whatever ticket comes along
 * @param signedIn answered 401 unless a signed-in session is presented
 */
public record AccessRules(List<String> sessionless, List<String> signedIn) {
    /** Every path looks at the ticket, none demands one. */
    public static final AccessRules DEFAULT = new AccessRules(List.of(), List.of());

    /** @throws IllegalArgumentException when a prefix does not start with a slash */
    public AccessRules {
        sessionless = List.copyOf(sessionless);
        signedIn = List.copyOf(signedIn);
        for (List<String> prefixes : List.of(sessionless, signedIn)) {
            prefixes.stream().filter(prefix -> !prefix.startsWith("/")).forEach(prefix -> {
                throw new IllegalArgumentException("a path prefix starts with a slash: write /" + prefix);
            });
        }
    }

    public AccessRules withSessionless(List<String> prefixes) {
        return new AccessRules(prefixes, signedIn);
    }

    public AccessRules withSignedIn(List<String> prefixes) {
        return new AccessRules(sessionless, prefixes);
    }

    boolean needsNoSession(WebRequest request) {
        String path = plain(request.path());
        return longest(sessionless, path) > longest(signedIn, path);
    }

    boolean needsSignIn(WebRequest request) {
        String path = plain(request.path());
        return longest(signedIn, path) >= 0 && longest(signedIn, path) >= longest(sessionless, path);
    }

    private static int longest(List<String> prefixes, String path) {
        return prefixes.stream()
                .filter(prefix -> path.equals(prefix)
                        || (path.startsWith(prefix) && (prefix.endsWith("/") || path.charAt(prefix.length()) == '/')))
                .mapToInt(String::length)
                .max()
                .orElse(-1);
    }

    /** Decoded and normalised as an application would: {@code /a/../admin}, {@code //admin} and {@code /%61dmin} are {@code /admin}. */
    private static String plain(String path) {
        return Target.normalised(path);
    }
}
