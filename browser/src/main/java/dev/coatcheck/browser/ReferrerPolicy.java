package dev.coatcheck.browser;

import dev.coatcheck.site.Origin;
import java.util.Locale;
import java.util.Optional;

/** The referrer policies and what they let out (Referrer Policy §3, §8.3). */
enum ReferrerPolicy {
    NO_REFERRER,
    NO_REFERRER_WHEN_DOWNGRADE,
    SAME_ORIGIN,
    ORIGIN,
    STRICT_ORIGIN,
    ORIGIN_WHEN_CROSS_ORIGIN,
    STRICT_ORIGIN_WHEN_CROSS_ORIGIN,
    UNSAFE_URL;

    private static final int MAX_LENGTH = 4096;

    /** The last known policy in the header lines, since unknown words are skipped. */
    static Optional<ReferrerPolicy> of(Headers headers) {
        Optional<ReferrerPolicy> found = Optional.empty();
        for (String word : headers.combined("Referrer-Policy").orElse("").split(",", -1)) {
            for (ReferrerPolicy policy : values()) {
                if (policy.word().equals(word.strip().toLowerCase(Locale.ROOT))) {
                    found = Optional.of(policy);
                }
            }
        }
        return found;
    }

    String word() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** The {@code Referer} for a request, from the address of the document. */
    Optional<String> referer(Url source, Url target) {
        Origin from = source.origin();
        String full = source.withoutFragment();
        String origin = from + "/";
        boolean sameOrigin = from.equals(target.origin()) && !target.isWebSocket();
        boolean downgrade = from.isSecure() && !target.isSecure();
        String most = full.length() > MAX_LENGTH ? origin : full;
        return switch (this) {
            case NO_REFERRER -> Optional.empty();
            case NO_REFERRER_WHEN_DOWNGRADE -> downgrade ? Optional.empty() : Optional.of(most);
            case SAME_ORIGIN -> sameOrigin ? Optional.of(most) : Optional.empty();
            case ORIGIN -> Optional.of(origin);
            case STRICT_ORIGIN -> downgrade ? Optional.empty() : Optional.of(origin);
            case ORIGIN_WHEN_CROSS_ORIGIN -> Optional.of(sameOrigin ? most : origin);
            case STRICT_ORIGIN_WHEN_CROSS_ORIGIN ->
                downgrade ? Optional.empty() : Optional.of(sameOrigin ? most : origin);
            case UNSAFE_URL -> Optional.of(most);
        };
    }

    /** Whether a navigation that is no GET hides its origin (Fetch §3.1 "append a request Origin header"). */
    boolean hidesOrigin(Origin initiator, Url target) {
        return switch (this) {
            case NO_REFERRER -> true;
            case NO_REFERRER_WHEN_DOWNGRADE, STRICT_ORIGIN, STRICT_ORIGIN_WHEN_CROSS_ORIGIN ->
                initiator.isSecure() && !target.isSecure();
            case SAME_ORIGIN -> !initiator.equals(target.origin());
            default -> false;
        };
    }
}
