package dev.coatcheck.server.log;

import java.util.regex.Pattern;

/**
 * Takes tickets, passwords in addresses and hashes of passwords out of a line of log: what should never get there, stopped
 * where it would.
 */
final class Redaction {
    /** A ticket's shape, whole or cut off, plain or with its underlines escaped for a URL. */
    private static final Pattern TICKET = Pattern.compile("\\b(cc[srp])(?:_|%5[fF])[0-9A-Za-z]{8}[0-9A-Za-z_%]*");

    private static final Pattern ADDRESS = Pattern.compile("\\b([a-z][a-z0-9+.-]*://)[^/\\s@\"']*@");
    private static final Pattern HASH = Pattern.compile("\\$argon2[a-z]+\\$[^\\s\"']*");
    private static final Pattern BEARER = Pattern.compile("(?i)\\b(bearer)\\s+[A-Za-z0-9._~+/=-]{16,}");

    private Redaction() {}

    static String of(String line) {
        String safe = TICKET.matcher(line).replaceAll("$1_[redacted]");
        safe = ADDRESS.matcher(safe).replaceAll("$1[redacted]@");
        safe = HASH.matcher(safe).replaceAll("[hash redacted]");
        return BEARER.matcher(safe).replaceAll("$1 [redacted]");
    }
}
