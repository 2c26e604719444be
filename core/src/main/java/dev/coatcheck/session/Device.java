package dev.coatcheck.session;

/**
 * What a person sees of a signed-in device in their list: a name, the user agent, the address of the sign-in.
 *
 * @param name chosen at sign-in or derived from the user agent, at most 128 characters
 * @param userAgent as sent, at most 256 characters; empty when none was sent
 * @param address the client's address at sign-in, after trusted proxies; empty when unknown
 */
public record Device(String name, String userAgent, String address) {
    /** Nothing is known. */
    public static final Device UNKNOWN = new Device("", "", "");

    /** Control characters are dropped and long texts are cut: the values come from outside. */
    public Device {
        name = clean(name, 128);
        userAgent = clean(userAgent, 256);
        address = clean(address, 64);
    }

    private static String clean(String text, int atMost) {
        if (text.length() <= atMost && isPlain(text)) {
            return text.strip();
        }
        StringBuilder kept = new StringBuilder();
        text.codePoints()
                .filter(c -> !Character.isISOControl(c) && Character.isValidCodePoint(c) && !isSurrogate(c))
                .limit(atMost)
                .forEach(c -> {
                    if (kept.length() + Character.charCount(c) <= atMost) {
                        kept.appendCodePoint(c);
                    }
                });
        return kept.toString().strip();
    }

    /** Printable ASCII, as good as always: the rest is looked at more closely. */
    private static boolean isPlain(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) < ' ' || text.charAt(i) > '~') {
                return false;
            }
        }
        return true;
    }

    private static boolean isSurrogate(int codePoint) {
        return codePoint >= Character.MIN_SURROGATE && codePoint <= Character.MAX_SURROGATE;
    }
}
