package dev.coatcheck.site;

import java.net.URI;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;

/**
 * A tuple origin of the HTML standard (§7.1.1): scheme, host and port of an http or https page. Opaque origins ({@code null}) are
 * not origins here. Two origins are equal exactly when a browser calls them same-origin.
 */
public final class Origin {
    private final String scheme;
    private final String host;
    private final int port;
    private final String text;

    private Origin(String scheme, String host, int port) {
        this.scheme = scheme;
        this.host = host;
        this.port = port;
        this.text = scheme + "://" + host + (port == defaultPort(scheme) ? "" : ":" + port);
    }

    /**
     * Reads a serialised origin, as it stands in an {@code Origin} header or in a configuration: {@code scheme://host[:port]} and
     * nothing else. Upper case, international names and a default port are brought into canonical form; {@code null}, lists, a
     * path (even a lone slash), user information and control characters are refused with an empty result.
     */
    public static Optional<Origin> parse(String serialised) {
        int colon = serialised.indexOf("://");
        if (colon < 0) {
            return Optional.empty();
        }
        String authority = serialised.substring(colon + 3);
        if (authority.indexOf('@') >= 0) {
            return Optional.empty();
        }
        return ofParts(serialised.substring(0, colon), authority);
    }

    /** The origin of an absolute http or https URL; empty for every other URL. */
    public static Optional<Origin> of(URI url) {
        String authority = url.getRawAuthority();
        if (url.getScheme() == null || authority == null) {
            return Optional.empty();
        }
        return ofParts(url.getScheme(), authority.substring(authority.lastIndexOf('@') + 1));
    }

    /** The origin of an absolute http or https URL that need not be a well-formed {@link URI}; empty for every other text. */
    public static Optional<Origin> ofUrl(String url) {
        String trimmed = url.strip();
        int colon = trimmed.indexOf("://");
        if (colon < 0) {
            return Optional.empty();
        }
        int start = colon + 3;
        int end = start;
        while (end < trimmed.length() && "/?#\\".indexOf(trimmed.charAt(end)) < 0) {
            end++;
        }
        String authority = trimmed.substring(start, end);
        return ofParts(trimmed.substring(0, colon), authority.substring(authority.lastIndexOf('@') + 1));
    }

    private static Optional<Origin> ofParts(String rawScheme, String authority) {
        String scheme = rawScheme.toLowerCase(Locale.ROOT);
        if (!scheme.equals("http") && !scheme.equals("https")) {
            return Optional.empty();
        }
        int bracket = authority.lastIndexOf(']');
        int colon = authority.indexOf(':', bracket + 1);
        String rawHost = colon < 0 ? authority : authority.substring(0, colon);
        int port = colon < 0 ? defaultPort(scheme) : port(authority.substring(colon + 1));
        return port < 1 ? Optional.empty() : Hosts.canonicalise(rawHost).map(host -> new Origin(scheme, host, port));
    }

    private static int port(String digits) {
        if (digits.isEmpty() || digits.length() > 5 || !digits.chars().allMatch(c -> c >= '0' && c <= '9')) {
            return -1;
        }
        int port = Integer.parseInt(digits);
        return port > 65_535 ? -1 : port;
    }

    private static int defaultPort(String scheme) {
        return scheme.equals("https") ? 443 : 80;
    }

    /** {@code http} or {@code https}. */
    public String scheme() {
        return scheme;
    }

    /** The canonical host, IPv6 addresses in brackets. */
    public String host() {
        return host;
    }

    /** The port that a connection goes to, the scheme's default included. */
    public int port() {
        return port;
    }

    /** Whether the scheme is https. */
    public boolean isSecure() {
        return scheme.equals("https");
    }

    /**
     * Whether browsers treat the origin as secure (Secure Contexts §3.1): https, {@code localhost}, {@code *.localhost},
     * 127.0.0.0/8 and {@code [::1]}.
     */
    public boolean isPotentiallyTrustworthy() {
        return isSecure() || Hosts.isLoopback(host);
    }

    /** Whether the two are schemefully same-site (HTML §7.1.1.1): equal scheme and registrable domain; ports don't count. */
    public boolean sameSiteAs(Origin other) {
        return Site.of(this).equals(Site.of(other));
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Origin that
                && scheme.equals(that.scheme)
                && host.equals(that.host)
                && port == that.port;
    }

    @Override
    public int hashCode() {
        return Objects.hash(scheme, host, port);
    }

    /** The serialisation of HTML §7.1.1, as it stands in an {@code Origin} header: the default port is left out. */
    @Override
    public String toString() {
        return text;
    }
}
