package dev.coatcheck.site;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** A name prefix that promises something about a cookie (RFC 6265bis §4.1.3); browsers compare it without regard to case. */
public enum CookiePrefix {
    /** {@code __Host-Http-}: like {@code __Host-}, and set with {@code HttpOnly} by a response. */
    HOST_HTTP("__Host-Http-", true, true),
    /** {@code __Host-}: {@code Secure}, {@code Path=/}, no {@code Domain}. */
    HOST("__Host-", false, true),
    /** {@code __Http-}: {@code Secure} and {@code HttpOnly}, set by a response. */
    HTTP("__Http-", true, false),
    /** {@code __Secure-}: {@code Secure}. */
    SECURE("__Secure-", false, false);

    private final String text;
    private final boolean needsHttpOnly;
    private final boolean needsHost;

    CookiePrefix(String text, boolean needsHttpOnly, boolean needsHost) {
        this.text = text;
        this.needsHttpOnly = needsHttpOnly;
        this.needsHost = needsHost;
    }

    /** The prefix of a cookie's name, if it has one. */
    public static Optional<CookiePrefix> of(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        for (CookiePrefix prefix : values()) {
            if (lower.startsWith(prefix.text.toLowerCase(Locale.ROOT))) {
                return Optional.of(prefix);
            }
        }
        return Optional.empty();
    }

    /** Whether only a response may set the cookie, with {@code HttpOnly}. */
    public boolean needsHttpOnly() {
        return needsHttpOnly;
    }

    /** Whether the cookie must be bound to one host: {@code Path=/} and no {@code Domain}. */
    public boolean needsHost() {
        return needsHost;
    }

    /** What is missing for a cookie with these attributes to keep the promise. */
    List<String> problems(boolean secure, boolean httpOnly, Optional<String> path, Optional<String> domain) {
        List<String> found = new ArrayList<>();
        if (!secure) {
            found.add("the prefix " + text + " needs Secure");
        }
        if (needsHttpOnly && !httpOnly) {
            found.add("the prefix " + text + " needs HttpOnly");
        }
        if (needsHost && !path.equals(Optional.of("/"))) {
            found.add("the prefix " + text + " needs Path=/");
        }
        if (needsHost && domain.isPresent()) {
            found.add("the prefix " + text + " and Domain exclude each other");
        }
        return found;
    }

    /** The prefix as it is usually written. */
    @Override
    public String toString() {
        return text;
    }
}
