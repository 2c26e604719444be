package dev.coatcheck.gateway;

import dev.coatcheck.site.CookiePrefix;
import dev.coatcheck.site.ParsedSetCookie;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Cookies of an upstream, rewritten so that Chromium, Firefox and Safari keep them for a plain-http origin, and back again.
 *
 * <p>Safari takes no {@code Secure} from {@code http://localhost}, and no browser takes it from another plain-http host. Without
 * {@code Secure} there is no {@code SameSite=None}, no {@code Partitioned} and no name prefix; on one origin none of the three is
 * needed. A prefixed cookie travels under another name, which the upstream never sees.
 */
final class CookieRewrite {
    private static final String RENAMED = "dev.";

    private CookieRewrite() {}

    /**
     * A {@code Set-Cookie} value after rewriting.
     *
     * @param line the new value; the same one when nothing had to be changed
     * @param name the cookie's name as the upstream calls it
     * @param changes what was done and why, in words; empty for nothing
     */
    record Rewritten(String line, String name, List<String> changes) {
        Rewritten {
            changes = List.copyOf(changes);
        }
    }

    static Rewritten toBrowser(String line) {
        ParsedSetCookie cookie = ParsedSetCookie.parse(line);
        if (cookie.defect().isPresent()) {
            return new Rewritten(line, cookie.name(), List.of());
        }
        List<String> changes = new ArrayList<>();
        StringBuilder out = new StringBuilder();
        out.append(newName(cookie.name(), changes)).append('=').append(cookie.value());
        Set<String> noted = new HashSet<>();
        for (ParsedSetCookie.Attribute attribute : cookie.attributes()) {
            if (keeps(attribute, changes, noted)) {
                boolean none = isNone(attribute);
                out.append("; ").append(attribute.name());
                out.append(attribute.value().isEmpty() ? "" : "=" + (none ? "Lax" : attribute.value()));
            }
        }
        return new Rewritten(changes.isEmpty() ? line : out.toString(), cookie.name(), changes);
    }

    private static String newName(String name, List<String> changes) {
        if (CookiePrefix.of(name).isEmpty()) {
            return name;
        }
        changes.add("kept as " + RENAMED + name + " (the prefix needs https; the upstream sees its own name)");
        return RENAMED + name;
    }

    private static boolean keeps(ParsedSetCookie.Attribute attribute, List<String> changes, Set<String> noted) {
        boolean first = noted.add(attribute.name());
        String value = attribute.value();
        String change = switch (attribute.name()) {
            case "domain" -> value.isEmpty() ? "" : "Domain=" + value + " removed (it is this origin's now)";
            case "secure" -> "Secure removed (this origin is plain http)";
            case "partitioned" -> "Partitioned removed (it needs Secure)";
            case "samesite" ->
                isNone(attribute) ? "SameSite=None made Lax (None needs Secure; one origin needs no None)" : "";
            default -> "";
        };
        if (first && !change.isEmpty()) {
            changes.add(change);
        }
        return change.isEmpty() || attribute.name().equals("samesite");
    }

    private static boolean isNone(ParsedSetCookie.Attribute attribute) {
        return attribute.name().equals("samesite") && attribute.value().equalsIgnoreCase("none");
    }

    /**
     * A {@code Cookie} value with the upstream's own names. A cookie that has the same name without being ours, from a server on
     * another port of this host, gives way to ours.
     */
    static String toUpstream(String cookies) {
        if (!cookies.contains(RENAMED)) {
            return cookies;
        }
        String[] pairs = cookies.split(";", -1);
        Set<String> ours = new HashSet<>();
        for (String pair : pairs) {
            if (isRenamed(pair)) {
                ours.add(name(pair).substring(RENAMED.length()));
            }
        }
        List<String> kept = new ArrayList<>();
        for (String pair : pairs) {
            if (isRenamed(pair)) {
                kept.add(pair.strip().substring(RENAMED.length()));
            } else if (!ours.contains(name(pair))) {
                kept.add(pair.strip());
            }
        }
        return String.join("; ", kept);
    }

    private static boolean isRenamed(String pair) {
        String name = name(pair);
        return name.startsWith(RENAMED)
                && CookiePrefix.of(name.substring(RENAMED.length())).isPresent();
    }

    private static String name(String pair) {
        int equals = pair.indexOf('=');
        return (equals < 0 ? "" : pair.substring(0, equals)).strip();
    }
}
