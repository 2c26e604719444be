package dev.coatcheck.transport;

import dev.coatcheck.http.WebRequest;
import dev.coatcheck.session.Transport;
import dev.coatcheck.site.CookieHeader;
import dev.coatcheck.token.SessionToken;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Finds the ticket of a request: a bearer header first, even a broken one; a cookie otherwise. Where bearer tickets are not
 * accepted, the Authorization header is the application's own affair, and makes no cookie ignored.
 */
public final class Transports {
    private static final int MOST_CANDIDATES = 3;
    private static final String SCHEME = "bearer";

    private final CookiePolicy cookie;
    private final Set<Transport> accepted;

    private Transports(CookiePolicy cookie, Set<Transport> accepted) {
        this.cookie = cookie;
        this.accepted = accepted;
    }

    /** These count and nothing else. @throws IllegalArgumentException without any */
    public static Transports accepting(Set<Transport> accepted, CookiePolicy cookie) {
        if (accepted.isEmpty()) {
            throw new IllegalArgumentException("without a transport nobody can sign in");
        }
        return new Transports(cookie, Set.copyOf(accepted));
    }

    /** Whether cookies are set and read at all. */
    public boolean readsCookies() {
        return accepted.contains(Transport.COOKIE);
    }

    public CookiePolicy cookie() {
        return cookie;
    }

    /** Exactly one choice; no look-up, no fallback from header to cookie. */
    public Presented ticketIn(WebRequest request) {
        List<String> authorization = accepted.contains(Transport.BEARER) ? request.headers("Authorization") : List.of();
        List<String> bearer = authorization.isEmpty()
                ? List.of()
                : authorization.stream()
                        .filter(Transports::isBearer)
                        .map(line -> line.substring(SCHEME.length()).strip())
                        .toList();
        if (!bearer.isEmpty()) {
            return new Presented.InHeader(bearer.size() == 1 ? SessionToken.parse(bearer.get(0)) : Optional.empty());
        }
        List<String> values =
                readsCookies() ? CookieHeader.valuesOf(cookie.name(), request.headers("Cookie")) : List.of();
        if (values.isEmpty()) {
            return new Presented.Nothing();
        }
        if (values.size() > 1 && cookie.hostBound()) {
            return new Presented.Forged();
        }
        if (values.size() == 1) {
            return new Presented.InCookie(
                    SessionToken.parse(unquoted(values.get(0))).map(List::of).orElse(List.of()));
        }
        return new Presented.InCookie(values.stream()
                .map(Transports::unquoted)
                .distinct()
                .flatMap(value -> SessionToken.parse(value).stream())
                .limit(MOST_CANDIDATES)
                .toList());
    }

    private static boolean isBearer(String line) {
        return line.regionMatches(true, 0, SCHEME, 0, SCHEME.length())
                && (line.length() == SCHEME.length() || Character.isWhitespace(line.charAt(SCHEME.length())));
    }

    private static String unquoted(String value) {
        return value.length() > 1 && value.startsWith("\"") && value.endsWith("\"")
                ? value.substring(1, value.length() - 1)
                : value;
    }
}
