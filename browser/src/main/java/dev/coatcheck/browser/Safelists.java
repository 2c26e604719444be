package dev.coatcheck.browser;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** The safelists and forbidden names of the Fetch standard (§2.2.1, §2.2.2). */
final class Safelists {
    private static final Set<String> METHODS = Set.of("GET", "HEAD", "POST");
    private static final Set<String> NORMALISED = Set.of("DELETE", "GET", "HEAD", "OPTIONS", "POST", "PUT");
    private static final Set<String> FORBIDDEN_METHODS = Set.of("CONNECT", "TRACE", "TRACK");
    private static final Set<String> FORBIDDEN_HEADERS = Set.of(
            "accept-charset",
            "accept-encoding",
            "access-control-request-headers",
            "access-control-request-method",
            "connection",
            "content-length",
            "cookie",
            "cookie2",
            "date",
            "dnt",
            "expect",
            "host",
            "keep-alive",
            "origin",
            "referer",
            "set-cookie",
            "te",
            "trailer",
            "transfer-encoding",
            "upgrade",
            "via");
    private static final Set<String> OVERRIDES = Set.of("x-http-method", "x-http-method-override", "x-method-override");
    private static final Set<String> SIMPLE_TYPES =
            Set.of("application/x-www-form-urlencoded", "multipart/form-data", "text/plain");
    private static final Set<String> RESPONSE_HEADERS = Set.of(
            "cache-control",
            "content-language",
            "content-length",
            "content-type",
            "expires",
            "last-modified",
            "pragma");
    private static final String UNSAFE_BYTES = "\"():<>?@[\\]{}\u007f";

    private Safelists() {}

    static String normalised(String method) {
        String upper = method.toUpperCase(Locale.ROOT);
        return NORMALISED.contains(upper) ? upper : method;
    }

    static boolean isSafeMethod(String method) {
        return METHODS.contains(method);
    }

    static boolean isForbiddenMethod(String method) {
        return FORBIDDEN_METHODS.contains(method.toUpperCase(Locale.ROOT));
    }

    static boolean isForbidden(Headers.Field field) {
        String name = field.name().toLowerCase(Locale.ROOT);
        boolean overridesBadly = OVERRIDES.contains(name)
                && List.of(field.value().split(",", -1)).stream()
                        .map(String::strip)
                        .anyMatch(Safelists::isForbiddenMethod);
        return FORBIDDEN_HEADERS.contains(name)
                || name.startsWith("proxy-")
                || name.startsWith("sec-")
                || overridesBadly;
    }

    /** The names, in lower case and in the order of the request, of the headers that need a preflight. */
    static Set<String> unsafeNames(Headers headers) {
        Set<String> unsafe = new LinkedHashSet<>();
        Set<String> safe = new LinkedHashSet<>();
        int size = 0;
        for (Headers.Field field : headers.fields()) {
            String name = field.name().toLowerCase(Locale.ROOT);
            String value = headers.combined(name).orElse("");
            if (isSafe(name, value)) {
                safe.add(name);
                size += field.value().length();
            } else {
                unsafe.add(name);
            }
        }
        if (size > 1024) {
            unsafe.addAll(safe);
        }
        return unsafe;
    }

    private static boolean isSafe(String name, String value) {
        if (value.length() > 128) {
            return false;
        }
        return switch (name) {
            case "accept" -> hasNoUnsafeByte(value);
            case "accept-language", "content-language" ->
                value.chars().allMatch(c -> isAlphanumeric(c) || " *,-.;=".indexOf(c) >= 0);
            case "content-type" -> hasNoUnsafeByte(value) && SIMPLE_TYPES.contains(essence(value));
            case "range" -> value.matches("bytes=\\d+-\\d*") && isAscending(value);
            // Chromium's own additions, measured: the old client hints, and a User-Agent, which it does not send on.
            case "save-data" -> value.equalsIgnoreCase("on");
            case "dpr", "device-memory", "downlink" -> value.matches("\\d+(\\.\\d+)?");
            case "width", "viewport-width", "rtt" -> value.matches("\\d+");
            case "ect" -> value.matches("slow-2g|2g|3g|4g");
            case "user-agent" -> true;
            default -> false;
        };
    }

    private static boolean isAscending(String range) {
        String[] ends = range.substring("bytes=".length()).split("-", -1);
        return ends[1].isEmpty() || new java.math.BigInteger(ends[0]).compareTo(new java.math.BigInteger(ends[1])) <= 0;
    }

    private static boolean isAlphanumeric(int c) {
        return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
    }

    private static boolean hasNoUnsafeByte(String value) {
        return value.chars().allMatch(c -> (c >= 0x20 || c == '\t') && UNSAFE_BYTES.indexOf(c) < 0);
    }

    private static String essence(String type) {
        int semicolon = type.indexOf(';');
        return (semicolon < 0 ? type : type.substring(0, semicolon)).strip().toLowerCase(Locale.ROOT);
    }

    /** Whether a header may be sent in mode no-cors. */
    static boolean isNoCorsSafe(Headers.Field field) {
        String name = field.name().toLowerCase(Locale.ROOT);
        return Set.of("accept", "accept-language", "content-language", "content-type")
                        .contains(name)
                && isSafe(name, field.value());
    }

    static boolean isReadableResponseHeader(String name) {
        return RESPONSE_HEADERS.contains(name);
    }

    /** Whether no page ever sees a header; Chromium takes Clear-Site-Data away when it acts on it. */
    static boolean isHiddenResponseHeader(String name) {
        return name.equals("set-cookie") || name.equals("set-cookie2") || name.equals("clear-site-data");
    }

    /** Whether a text is a token of RFC 9110. */
    static boolean isToken(String text) {
        return !text.isEmpty()
                && text.chars().allMatch(c -> isAlphanumeric(c) || (c < 0x7f && "!#$%&'*+-.^_`|~".indexOf(c) >= 0));
    }
}
