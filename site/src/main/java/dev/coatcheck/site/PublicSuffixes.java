package dev.coatcheck.site;

import java.util.Optional;

/**
 * The public suffix list (publicsuffix.org), as browsers read it: the private section counts ({@code github.io} is a suffix),
 * and an unknown top-level name is a suffix by the default rule {@code *}.
 *
 * <p>Hosts are canonical ({@link Hosts#canonicalise}). The list is read on first use and kept; look-ups allocate little and
 * take well under a microsecond a label.
 */
public final class PublicSuffixes {
    private PublicSuffixes() {}

    /**
     * The registrable domain of a host (also called eTLD+1): the public suffix and one label more. Empty for a public suffix,
     * an IP address and a name of a single label. A trailing dot is kept.
     */
    public static Optional<String> registrableDomain(String host) {
        String name = withoutTrailingDot(host);
        if (Hosts.isIpAddress(name) || name.indexOf('.') < 0) {
            return Optional.empty();
        }
        int suffix = SuffixList.get().suffixStart(name);
        if (suffix <= 0) {
            return Optional.empty();
        }
        int before = name.lastIndexOf('.', suffix - 2);
        return Optional.of(host.substring(before + 1));
    }

    /** Whether nobody can register cookies for this name: it is on the list, or it is a single label that is not an address. */
    public static boolean isPublicSuffix(String host) {
        String name = withoutTrailingDot(host);
        return !name.isEmpty() && !Hosts.isIpAddress(name) && SuffixList.get().suffixStart(name) == 0;
    }

    private static String withoutTrailingDot(String host) {
        return host.endsWith(".") ? host.substring(0, host.length() - 1) : host;
    }
}
