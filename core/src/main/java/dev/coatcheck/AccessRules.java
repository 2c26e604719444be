package dev.coatcheck;

import dev.coatcheck.http.WebRequest;
import java.util.List;
import java.util.stream.Stream;

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
        sessionless = normalised(sessionless);
        signedIn = normalised(signedIn);
    }

    public AccessRules withSessionless(List<String> prefixes) {
        return new AccessRules(prefixes, signedIn);
    }

    public AccessRules withSignedIn(List<String> prefixes) {
        return new AccessRules(sessionless, prefixes);
    }

    /** However an application reads the path, as it was spelled or normalised: both must need nobody. */
    boolean needsNoSession(WebRequest request) {
        if (sessionless.isEmpty()) {
            return false;
        }
        return spellings(request).allMatch(path -> longest(sessionless, path) > longest(signedIn, path));
    }

    /** Either spelling is enough. */
    boolean needsSignIn(WebRequest request) {
        if (signedIn.isEmpty()) {
            return false;
        }
        return spellings(request).anyMatch(path -> longest(signedIn, path) >= Math.max(0, longest(sessionless, path)));
    }

    private Stream<String> spellings(WebRequest request) {
        return Stream.of(Target.normalised(request.path()), request.path());
    }

    private static List<String> normalised(List<String> prefixes) {
        prefixes.stream().filter(prefix -> !prefix.startsWith("/")).forEach(prefix -> {
            throw new IllegalArgumentException("a path prefix starts with a slash: write /" + prefix);
        });
        return prefixes.stream().map(Target::normalised).toList();
    }

    private static int longest(List<String> prefixes, String path) {
        return prefixes.stream()
                .filter(prefix -> path.equals(prefix)
                        || (path.startsWith(prefix) && (prefix.endsWith("/") || path.charAt(prefix.length()) == '/')))
                .mapToInt(String::length)
                .max()
                .orElse(-1);
    }
}
