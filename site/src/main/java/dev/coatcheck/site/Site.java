package dev.coatcheck.site;

/**
 * A site of the HTML standard (§7.1.1.1), compared schemefully: a scheme and the registrable domain, or the whole host where there
 * is none (IP addresses, {@code localhost}, public suffixes). Cookies' SameSite compares sites; ports don't count.
 *
 * @param scheme {@code http} or {@code https}
 * @param domain the registrable domain, or the host
 */
public record Site(String scheme, String domain) {
    /** The site that an origin belongs to. */
    public static Site of(Origin origin) {
        return new Site(
                origin.scheme(), PublicSuffixes.registrableDomain(origin.host()).orElse(origin.host()));
    }

    @Override
    public String toString() {
        return scheme + "://" + domain;
    }
}
