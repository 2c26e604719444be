package dev.coatcheck.json;

import java.util.regex.Pattern;

/**
 * The Content-Type of a JSON request: {@code application/json}, alone or with {@code charset=utf-8}.
 *
 * <p>Strict on purpose. A page of another origin can send the three form types without asking; this type it can't
 * (Fetch §4.10, CORS-safelisted request-header), so the check is a part of the protection against forged sign-ins.
 */
public final class JsonMediaType {
    private static final Pattern JSON =
            Pattern.compile("(?i)application/json(?:[ \\t]*;[ \\t]*charset=(?:utf-8|\"utf-8\"))?[ \\t]*");

    private JsonMediaType() {}

    /** Whether this Content-Type says JSON in UTF-8. */
    public static boolean accepts(String contentType) {
        return JSON.matcher(contentType).matches();
    }
}
