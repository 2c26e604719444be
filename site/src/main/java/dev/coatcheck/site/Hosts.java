package dev.coatcheck.site;

import java.net.IDN;
import java.util.Locale;
import java.util.Optional;

/**
 * Facts about a host name or address, in the canonical form of the WHATWG URL standard (§3.5 host parsing).
 *
 * <p>Hosts are taken without a port, IPv6 addresses in brackets. International names are mapped by the JDK's IDNA 2003,
 * which differs from browsers for four letters only (sharp s, final sigma, and the two joiners): write such names as
 * their {@code xn--} labels. Names are made of letters, digits, hyphens, dots and underscores: the few other characters that the
 * URL standard lets through ({@code *}, {@code ;}) are mistakes wherever we read a host.
 */
public final class Hosts {
    private Hosts() {}

    /**
     * The canonical form: lower case, {@code xn--} labels, {@code 127.1} as {@code 127.0.0.1}, IPv6 compressed in brackets.
     * A trailing dot of a name is kept, since browsers treat it as another host. Empty when it is no host.
     */
    public static Optional<String> canonicalise(String host) {
        if (host.isEmpty() || host.length() > 1000) {
            return Optional.empty();
        }
        if (host.charAt(0) == '[') {
            return host.endsWith("]") ? Ipv6.parse(host.substring(1, host.length() - 1)) : Optional.empty();
        }
        return toAscii(host)
                .filter(Hosts::isWellFormed)
                .flatMap(name -> Ipv4.endsInNumber(name) ? Ipv4.parse(name) : Optional.of(name));
    }

    /** Whether a canonical host is an IPv4 or a bracketed IPv6 address. */
    public static boolean isIpAddress(String host) {
        return host.startsWith("[") || Ipv4.endsInNumber(host);
    }

    /**
     * Whether a canonical host always means this machine: {@code localhost}, {@code *.localhost}, 127.0.0.0/8 and {@code [::1]}
     * (Secure Contexts §3.1, "Let localhost be localhost").
     */
    public static boolean isLoopback(String host) {
        String name = host.endsWith(".") ? host.substring(0, host.length() - 1) : host;
        return name.equals("localhost")
                || name.endsWith(".localhost")
                || name.equals("[::1]")
                || (name.startsWith("127.") && Ipv4.endsInNumber(name));
    }

    private static Optional<String> toAscii(String host) {
        if (isAscii(host)) {
            return Optional.of(host.toLowerCase(Locale.ROOT));
        }
        try {
            return Optional.of(IDN.toASCII(host, IDN.ALLOW_UNASSIGNED).toLowerCase(Locale.ROOT));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private static boolean isAscii(String host) {
        return host.chars().allMatch(c -> c < 0x80);
    }

    private static boolean isWellFormed(String name) {
        if (name.isEmpty() || name.startsWith(".") || name.contains("..") || name.length() > 254) {
            return false;
        }
        return name.chars()
                .allMatch(c -> (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_');
    }
}
