package dev.coatcheck.browser;

import dev.coatcheck.site.Hosts;
import dev.coatcheck.site.Origin;
import dev.coatcheck.site.Site;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * An absolute http, https, ws or wss URL of the WHATWG URL standard, in canonical form and without user information.
 *
 * @param scheme the scheme in lower case
 * @param host the canonical host
 * @param port the port, the scheme's default included
 * @param path the path, dot segments removed, never empty
 * @param query the query with its question mark, or nothing
 * @param fragment the fragment with its hash sign, or nothing
 * @param hasCredentials whether a user name or password was given
 */
record Url(String scheme, String host, int port, String path, String query, String fragment, boolean hasCredentials) {
    private static final Set<String> SCHEMES = Set.of("http", "https", "ws", "wss");
    private static final String PATH_ENCODED = " \"#<>?`{}^";
    private static final String QUERY_ENCODED = " \"#<>'";

    /** Parses an absolute URL. */
    static Optional<Url> parse(String text) {
        String trimmed = clean(text);
        int colon = trimmed.indexOf(':');
        if (colon < 0) {
            return Optional.empty();
        }
        String scheme = trimmed.substring(0, colon).toLowerCase(Locale.ROOT);
        if (!SCHEMES.contains(scheme)) {
            return Optional.empty();
        }
        int start = colon + 1;
        while (start < trimmed.length() && isSlash(trimmed.charAt(start))) {
            start++;
        }
        int end = start;
        while (end < trimmed.length() && "/\\?#".indexOf(trimmed.charAt(end)) < 0) {
            end++;
        }
        return withAuthority(scheme, trimmed.substring(start, end), trimmed.substring(end));
    }

    private static Optional<Url> withAuthority(String scheme, String authority, String rest) {
        int at = authority.lastIndexOf('@');
        String hostAndPort = authority.substring(at + 1);
        int colon = hostAndPort.indexOf(':', hostAndPort.lastIndexOf(']') + 1);
        String rawHost = colon < 0 ? hostAndPort : hostAndPort.substring(0, colon);
        int port = colon < 0 || colon == hostAndPort.length() - 1
                ? defaultPort(scheme)
                : port(hostAndPort.substring(colon + 1));
        if (port < 0) {
            return Optional.empty();
        }
        return Hosts.canonicalise(percentDecoded(rawHost))
                .map(host -> new Url(scheme, host, port, "/", "", "", at > 0).withRest(rest));
    }

    /** Resolves a reference against this URL. */
    Optional<Url> resolve(String reference) {
        String text = clean(reference);
        if (text.matches("(?s)[A-Za-z][A-Za-z0-9+.\\-]*:.*")) {
            boolean relativeInScheme = text.substring(0, text.indexOf(':')).equalsIgnoreCase(scheme)
                    && (text.length() == scheme.length() + 1 || !isSlash(text.charAt(scheme.length() + 1)));
            return relativeInScheme ? resolve(text.substring(scheme.length() + 1)) : parse(text);
        }
        if (text.length() > 1 && isSlash(text.charAt(0)) && isSlash(text.charAt(1))) {
            return parse(scheme + ":" + text);
        }
        Url base = new Url(scheme, host, port, path, query, "", false);
        if (text.isEmpty()) {
            return Optional.of(base);
        }
        return Optional.of(
                switch (text.charAt(0)) {
                    case '/', '\\' -> base.withRest(text);
                    case '?' -> base.withRest(path + text);
                    case '#' -> base.withRest(path + query + text);
                    default -> base.withRest(path.substring(0, path.lastIndexOf('/') + 1) + text);
                });
    }

    private Url withRest(String rest) {
        int hash = rest.indexOf('#');
        String fragmentPart = hash < 0 ? "" : rest.substring(hash);
        String beforeHash = hash < 0 ? rest : rest.substring(0, hash);
        int question = beforeHash.indexOf('?');
        String queryPart = question < 0 ? "" : beforeHash.substring(question);
        String pathPart = question < 0 ? beforeHash : beforeHash.substring(0, question);
        return new Url(
                scheme,
                host,
                port,
                encode(withoutDots(pathPart.replace('\\', '/')), PATH_ENCODED),
                encode(queryPart, QUERY_ENCODED),
                encode(fragmentPart, " \"<>`"),
                hasCredentials);
    }

    private static String withoutDots(String rawPath) {
        Deque<String> segments = new ArrayDeque<>();
        String[] parts = (rawPath.startsWith("/") ? rawPath.substring(1) : rawPath).split("/", -1);
        for (int i = 0; i < parts.length; i++) {
            String plain = parts[i].toLowerCase(Locale.ROOT).replace("%2e", ".");
            boolean last = i == parts.length - 1;
            if (plain.equals("..")) {
                segments.pollLast();
            }
            if (plain.equals("..") || plain.equals(".")) {
                if (last) {
                    segments.addLast("");
                }
            } else {
                segments.addLast(parts[i]);
            }
        }
        return "/" + String.join("/", segments);
    }

    private static String encode(String text, String encoded) {
        StringBuilder out = new StringBuilder();
        boolean first = true;
        for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
            int c = b & 255;
            boolean marker = first && (c == '?' || c == '#');
            if (!marker && (c < 0x21 || c > 0x7e || encoded.indexOf(c) >= 0)) {
                out.append('%').append(Character.toUpperCase(Character.forDigit(c >> 4, 16)));
                out.append(Character.toUpperCase(Character.forDigit(c & 15, 16)));
            } else {
                out.append((char) c);
            }
            first = false;
        }
        return out.toString();
    }

    private static String percentDecoded(String rawHost) {
        if (rawHost.indexOf('%') < 0) {
            return rawHost;
        }
        StringBuilder out = new StringBuilder();
        for (int i = 0; i < rawHost.length(); i++) {
            boolean escape = rawHost.charAt(i) == '%' && rawHost.substring(i).matches("(?s)%[0-9A-Fa-f]{2}.*");
            out.append(escape ? (char) Integer.parseInt(rawHost.substring(i + 1, i + 3), 16) : rawHost.charAt(i));
            i += escape ? 2 : 0;
        }
        return out.toString();
    }

    private static String clean(String text) {
        int start = 0;
        int end = text.length();
        while (start < end && text.charAt(start) <= ' ') {
            start++;
        }
        while (end > start && text.charAt(end - 1) <= ' ') {
            end--;
        }
        return text.substring(start, end).replaceAll("[\\t\\r\\n]", "");
    }

    private static boolean isSlash(char c) {
        return c == '/' || c == '\\';
    }

    private static int port(String digits) {
        if (digits.length() > 9 || !digits.chars().allMatch(c -> c >= '0' && c <= '9')) {
            return -1;
        }
        int port = Integer.parseInt(digits);
        return port > 65_535 || port == 0 ? -1 : port;
    }

    private static int defaultPort(String scheme) {
        return scheme.equals("https") || scheme.equals("wss") ? 443 : 80;
    }

    /** The origin; a WebSocket URL has the one of its http twin, as cookies and CORS see it. */
    Origin origin() {
        String twin = isSecure() ? "https://" : "http://";
        return Origin.parse(twin + host + ":" + port)
                .orElseThrow(() -> new IllegalStateException("no origin: " + this));
    }

    /** The schemeful site, of the http twin for WebSockets. */
    Site site() {
        return Site.of(origin());
    }

    /** Whether the scheme is encrypted. */
    boolean isSecure() {
        return scheme.equals("https") || scheme.equals("wss");
    }

    boolean isWebSocket() {
        return scheme.startsWith("ws");
    }

    boolean isPotentiallyTrustworthy() {
        return origin().isPotentiallyTrustworthy();
    }

    /** The same URL by the encrypted scheme; port 80 becomes 443, other ports stay. */
    Url upgraded() {
        String secure = isWebSocket() ? "wss" : "https";
        return new Url(secure, host, port == 80 ? 443 : port, path, query, fragment, hasCredentials);
    }

    /** The same URL with another query. */
    Url withQuery(String newQuery) {
        return new Url(scheme, host, port, path, encode("?" + newQuery, QUERY_ENCODED), "", hasCredentials);
    }

    /** The same URL with this fragment where it has none of its own. */
    Url inheriting(String otherFragment) {
        return fragment.isEmpty() ? new Url(scheme, host, port, path, query, otherFragment, hasCredentials) : this;
    }

    /** The URL as it is sent: without the fragment. */
    String withoutFragment() {
        return scheme + "://" + host + (port == defaultPort(scheme) ? "" : ":" + port) + path + query;
    }

    @Override
    public String toString() {
        return withoutFragment() + fragment;
    }
}
