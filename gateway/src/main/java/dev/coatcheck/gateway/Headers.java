package dev.coatcheck.gateway;

import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;

/** Which header lines end at a gateway. */
final class Headers {
    private static final Set<String> HOP_BY_HOP = Set.of(
            "connection",
            "keep-alive",
            "proxy-authenticate",
            "proxy-authorization",
            "proxy-connection",
            "te",
            "trailer",
            "transfer-encoding",
            "upgrade");

    /** Only who stands in front of a server may say such things to it: who somebody is, and where a request came from. */
    private static final List<String> VOUCHED_PREFIXES = List.of(
            "x-forwarded-", "x-auth-request-", "remote-", "x-remote-", "x-authenticated-", "x-webauth-", "x-original-");

    private static final Set<String> VOUCHED = Set.of(
            "forwarded",
            "x-real-ip",
            "x-client-ip",
            "true-client-ip",
            "x-cluster-client-ip",
            "x-rewrite-url",
            "x-proxied-https",
            "client-ip",
            // CGI programs would take it for the variable HTTP_PROXY.
            "proxy");

    private Headers() {}

    /** The lines that go on to the other side: neither hop-by-hop ones nor those that Connection names (RFC 9110 §7.6.1). */
    static HttpFields.Mutable endToEnd(HttpFields fields) {
        Set<String> named = new HashSet<>();
        for (HttpField connection : fields.getFields(HttpHeader.CONNECTION)) {
            for (String name : connection.getValue().split(",", -1)) {
                named.add(name.strip().toLowerCase(Locale.ROOT));
            }
        }
        HttpFields.Mutable kept = HttpFields.build();
        for (HttpField field : fields) {
            String name = field.getLowerCaseName();
            if (!HOP_BY_HOP.contains(name) && !named.contains(name)) {
                kept.add(field);
            }
        }
        return kept;
    }

    /** Whether a client has no business to send it. CGI and WSGI can't tell an underscore from a hyphen, so neither is told here. */
    static boolean isVouched(String name) {
        String canonical = name.toLowerCase(Locale.ROOT).replace('_', '-');
        return VOUCHED.contains(canonical) || VOUCHED_PREFIXES.stream().anyMatch(canonical::startsWith);
    }
}
