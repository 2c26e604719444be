package dev.coatcheck.site;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A cookie that a server is about to set, built as a value and written as one {@code Set-Cookie} field value.
 *
 * <p>It can only be written when a browser would keep it: {@link #problems()} names what RFC 6265bis §4.1.1 (syntax), §4.1.3 (name
 * prefixes), §5.6 (sizes) and the SameSite and Partitioned rules have against it. {@link #toString()} never shows the value.
 */
public final class SetCookie {
    private final String name;
    private final String value;
    private final Optional<String> path;
    private final Optional<String> domain;
    private final Optional<Duration> maxAge;
    private final boolean secure;
    private final boolean httpOnly;
    private final Optional<SameSite> sameSite;
    private final boolean partitioned;

    private SetCookie(Draft draft) {
        this.name = draft.name;
        this.value = draft.value;
        this.path = draft.path;
        this.domain = draft.domain;
        this.maxAge = draft.maxAge;
        this.secure = draft.secure;
        this.httpOnly = draft.httpOnly;
        this.sameSite = draft.sameSite;
        this.partitioned = draft.partitioned;
    }

    /** A session cookie without any attribute. */
    public static SetCookie named(String name, String value) {
        return new SetCookie(new Draft(name, value));
    }

    /** The same cookie with a {@code Path}, which begins with a slash. */
    public SetCookie path(String newPath) {
        Draft draft = new Draft(this);
        draft.path = Optional.of(newPath);
        return new SetCookie(draft);
    }

    /** The same cookie for a domain and all its subdomains. */
    public SetCookie domain(String newDomain) {
        Draft draft = new Draft(this);
        draft.domain = Optional.of(newDomain);
        return new SetCookie(draft);
    }

    /** The same cookie with a lifetime in whole seconds, rounded down; zero or less deletes it. Browsers cap it at 400 days. */
    public SetCookie maxAge(Duration newMaxAge) {
        Draft draft = new Draft(this);
        draft.maxAge = Optional.of(newMaxAge);
        return new SetCookie(draft);
    }

    /** The same cookie with an empty value and {@code Max-Age=0}: what removes it, if name, path and domain are the same. */
    public SetCookie cleared() {
        Draft draft = new Draft(this);
        draft.value = "";
        draft.maxAge = Optional.of(Duration.ZERO);
        return new SetCookie(draft);
    }

    /** The same cookie, sent over secure connections only. */
    public SetCookie secure() {
        Draft draft = new Draft(this);
        draft.secure = true;
        return new SetCookie(draft);
    }

    /** The same cookie, hidden from scripts. */
    public SetCookie httpOnly() {
        Draft draft = new Draft(this);
        draft.httpOnly = true;
        return new SetCookie(draft);
    }

    /** The same cookie with a {@code SameSite} attribute. */
    public SetCookie sameSite(SameSite newSameSite) {
        Draft draft = new Draft(this);
        draft.sameSite = Optional.of(newSameSite);
        return new SetCookie(draft);
    }

    /** The same cookie, kept apart for each top-level site (CHIPS). */
    public SetCookie partitioned() {
        Draft draft = new Draft(this);
        draft.partitioned = true;
        return new SetCookie(draft);
    }

    /** The cookie's name. */
    public String name() {
        return name;
    }

    /** Why browsers or the grammar would not take this cookie, each with the way out; empty when it is fine. */
    public List<String> problems() {
        List<String> found = new ArrayList<>();
        syntaxProblems(found);
        CookiePrefix.of(name).ifPresent(prefix -> found.addAll(prefix.problems(secure, httpOnly, path, domain)));
        if (sameSite.equals(Optional.of(SameSite.NONE)) && !secure) {
            found.add("SameSite=None needs Secure: browsers drop the cookie without it");
        }
        if (partitioned && !secure) {
            found.add("Partitioned needs Secure: browsers drop the cookie without it");
        }
        return found;
    }

    private void syntaxProblems(List<String> found) {
        if (!Octets.isToken(name)) {
            found.add("the name must be a token (letters, digits and !#$%&'*+-.^_`|~)");
        }
        if (!Octets.isCookieValue(value)) {
            found.add(
                    "the value may not hold spaces, quotes, commas, semicolons, backslashes, control or non-ASCII characters:"
                            + " encode it");
        }
        if (name.length() + value.length() > Octets.MAX_NAME_AND_VALUE) {
            found.add("name and value are " + (name.length() + value.length()) + " bytes, browsers take "
                    + Octets.MAX_NAME_AND_VALUE + " at most");
        }
        path.filter(p -> !p.startsWith("/") || !Octets.isAttributeValue(p) || p.length() > Octets.MAX_ATTRIBUTE)
                .ifPresent(
                        p -> found.add("Path must begin with a slash, hold no semicolon or control character, and be "
                                + Octets.MAX_ATTRIBUTE + " bytes at most"));
        domain.filter(d -> !isCookieDomain(d))
                .ifPresent(d -> found.add(
                        "Domain must be a host name in canonical form (lower case, xn-- labels, no port), and no"
                                + " public suffix"));
    }

    private static boolean isCookieDomain(String domain) {
        String host = domain.startsWith(".") ? domain.substring(1) : domain;
        return Hosts.canonicalise(host).equals(Optional.of(host))
                && (!PublicSuffixes.isPublicSuffix(host) || host.equals("localhost"));
    }

    /**
     * The field value of one {@code Set-Cookie} line.
     *
     * @throws IllegalStateException when there are {@link #problems()}; the message holds the name and never the value
     */
    public String header() {
        List<String> problems = problems();
        if (!problems.isEmpty()) {
            throw new IllegalStateException(
                    "Cookie '" + printable(name) + "' can't be set: " + String.join("; ", problems));
        }
        return name + "=" + value + attributes();
    }

    private String attributes() {
        StringBuilder out = new StringBuilder();
        path.ifPresent(p -> out.append("; Path=").append(p));
        domain.ifPresent(d -> out.append("; Domain=").append(d));
        maxAge.ifPresent(age -> out.append("; Max-Age=").append(Math.max(0, age.toSeconds())));
        if (secure) {
            out.append("; Secure");
        }
        if (httpOnly) {
            out.append("; HttpOnly");
        }
        sameSite.ifPresent(s -> out.append("; SameSite=").append(s));
        if (partitioned) {
            out.append("; Partitioned");
        }
        return out.toString();
    }

    private static String printable(String text) {
        return text.replaceAll("[^\\x20-\\x7e]", "?");
    }

    /** The field value with the cookie's value left out. */
    @Override
    public String toString() {
        return "SetCookie[" + printable(name) + "=[redacted]" + attributes() + "]";
    }

    private static final class Draft {
        private final String name;
        private String value;
        private Optional<String> path = Optional.empty();
        private Optional<String> domain = Optional.empty();
        private Optional<Duration> maxAge = Optional.empty();
        private boolean secure;
        private boolean httpOnly;
        private Optional<SameSite> sameSite = Optional.empty();
        private boolean partitioned;

        Draft(String name, String value) {
            this.name = name;
            this.value = value;
        }

        Draft(SetCookie from) {
            this(from.name, from.value);
            path = from.path;
            domain = from.domain;
            maxAge = from.maxAge;
            secure = from.secure;
            httpOnly = from.httpOnly;
            sameSite = from.sameSite;
            partitioned = from.partitioned;
        }
    }
}
