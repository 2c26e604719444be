package dev.coatcheck.settings;

import dev.coatcheck.http.TrustedProxies;
import dev.coatcheck.site.Hosts;
import dev.coatcheck.site.Origin;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The shapes that values of settings have. */
final class Shapes {
    private static final Pattern DURATION_TEXT = Pattern.compile("(\\d{1,9})(ms|s|m|h|d)");
    private static final Pattern SIZE_TEXT = Pattern.compile("(\\d{1,9})(B|KiB|MiB)");

    /** {@code 500ms}, {@code 90s}, {@code 30m}, {@code 12h}, {@code 7d}. */
    static final Shape<Duration> DURATION = Shape.of(
            "a duration",
            "Write a number and a unit without a space: 500ms, 90s, 30m, 12h or 7d.",
            Shapes::duration,
            Shapes::text);

    /** {@code 512B}, {@code 64KiB}, {@code 1MiB}; held in bytes. */
    static final Shape<Integer> SIZE = Shape.of(
            "a size",
            "Write a number and a unit without a space: 512B, 64KiB or 1MiB, less than 2048MiB.",
            Shapes::size,
            Shapes::sizeText);

    static final Shape<Boolean> YES_NO = Shape.of(
            "true or false",
            "Write true or false.",
            text -> switch (text) {
                case "true" -> Optional.of(true);
                case "false" -> Optional.of(false);
                default -> Optional.empty();
            },
            value -> value ? "true" : "false");

    static final Shape<ListenAddress> LISTEN = Shape.of(
            "an address to listen on",
            "Write host and port, such as 127.0.0.1:8080, 0.0.0.0:8080 or [::1]:8080.",
            ListenAddress::parse,
            ListenAddress::toString);

    static final Shape<Origin> ORIGIN = Shape.of(
            "an origin",
            "Write scheme, host and, if it is not the default one, port: https://app.example.com.",
            Shapes::origin,
            Origin::toString);

    static final Shape<String> NETWORK = Shape.of(
            "an address or a network",
            "Write 10.0.0.0/8, 192.168.1.5, ::1 or fd00::/8; names are not resolved.",
            Shapes::network,
            text -> text);

    static final Shape<String> HOST = Shape.of(
            "a host name",
            "Write a name such as example.com, without scheme and port.",
            text -> Hosts.canonicalise(text.startsWith(".") ? text.substring(1) : text),
            text -> text);

    static final Shape<String> PATH = matching(
            "a path", "Write a path that starts with a slash, such as /auth.", "/|(/[A-Za-z0-9._~-]+)+", "/{2,}");

    static final Shape<String> COOKIE_PATH =
            matching("a path", "Write a path that starts with a slash, such as / or /api.", "/[!-:<-~]*", "");

    static final Shape<String> FILE =
            matching("a file name", "Write a path, relative to the working directory or absolute.", "\\P{Cntrl}+", "");

    static final Shape<String> TOKEN = matching(
            "a name of letters, digits and dashes",
            "Write a name such as X-CSRF-Token.",
            "[!#$%&'*+.^_`|~0-9A-Za-z-]+",
            "\\*");

    static final Shape<String> ATTRIBUTE = matching(
            "an attribute's name",
            "Write 1 to 64 letters, digits, dots, dashes and underlines.",
            "[A-Za-z0-9._-]{1,64}",
            "");

    static final Shape<String> WRAPPING_KEY =
            matching("a key of 32 bytes in base64", "Make one with: openssl rand -base64 32", "[A-Za-z0-9+/]{43}=", "");

    static final Shape<String> DATABASE_URL = Shape.of(
            "a database's address",
            "Write sqlite: and the file's name, such as sqlite:data/coatcheck.db, or"
                    + " postgresql://user:password@host:5432/database, or mariadb://user:password@host:3306/database, or the same with mysql://.",
            text -> text.matches("sqlite:(?!//)[^\\x00]+|(postgresql|postgres|mariadb|mysql)://[!-~]+")
                    ? Optional.of(text)
                    : Optional.empty(),
            text -> text);

    static final Shape<String> PASSWORD = matching("a password", "Write 1 to 256 characters.", "\\P{Cntrl}{1,256}", "");

    static final Shape<SessionsPlace> SESSIONS = Shape.of(
            "memory, database or the address of a Redis",
            "Write memory, database, redis://host:6379/0, rediss://user:password@host:6379/0 or"
                    + " redis-sentinel://host:26379#master.",
            SessionsPlace::parse,
            SessionsPlace::toString);

    private Shapes() {}

    static Shape<Integer> number(int least, int most) {
        return Shape.of(
                "a number from " + least + " to " + most,
                "Write digits alone, " + least + " to " + most + ".",
                text -> text.matches("\\d{1,9}")
                        ? Optional.of(Integer.parseInt(text)).filter(value -> value >= least && value <= most)
                        : Optional.empty(),
                value -> Integer.toString(value));
    }

    /** The constants' names in lower case, dashes for underlines. */
    static <E extends Enum<E>> Shape<E> oneOf(Class<E> type) {
        String words = Arrays.stream(type.getEnumConstants()).map(Shapes::word).collect(Collectors.joining(", "));
        return Shape.of(
                "one of " + words,
                "Write one of " + words + ".",
                text -> Arrays.stream(type.getEnumConstants())
                        .filter(constant -> word(constant).equals(text.toLowerCase(Locale.ROOT)))
                        .findFirst(),
                Shapes::word);
    }

    private static String word(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private static Shape<String> matching(String name, String wayOut, String pattern, String but) {
        Pattern shape = Pattern.compile(pattern);
        return Shape.of(
                name,
                wayOut,
                text -> Optional.of(text).filter(value -> shape.matcher(value).matches() && !value.matches(but)),
                text -> text);
    }

    private static Optional<Duration> duration(String text) {
        Matcher parts = DURATION_TEXT.matcher(text);
        if (!parts.matches()) {
            return Optional.empty();
        }
        long number = Long.parseLong(parts.group(1));
        return Optional.of(
                switch (parts.group(2)) {
                    case "ms" -> Duration.ofMillis(number);
                    case "s" -> Duration.ofSeconds(number);
                    case "m" -> Duration.ofMinutes(number);
                    case "h" -> Duration.ofHours(number);
                    default -> Duration.ofDays(number);
                });
    }

    /** The largest unit that loses nothing. */
    static String text(Duration duration) {
        long millis = duration.toMillis();
        if (millis % 1000 != 0 || millis == 0) {
            return millis + "ms";
        }
        long seconds = millis / 1000;
        if (seconds % 60 != 0) {
            return seconds + "s";
        }
        if (seconds % 3600 != 0) {
            return seconds / 60 + "m";
        }
        long hours = seconds / 3600;
        return hours % 24 == 0 && hours >= 48 ? hours / 24 + "d" : hours + "h";
    }

    private static Optional<Integer> size(String text) {
        Matcher parts = SIZE_TEXT.matcher(text);
        if (!parts.matches()) {
            return Optional.empty();
        }
        long unit = switch (parts.group(2)) {
            case "B" -> 1;
            case "KiB" -> 1024;
            default -> 1024 * 1024;
        };
        long bytes = Long.parseLong(parts.group(1)) * unit;
        return bytes < 1 || bytes > Integer.MAX_VALUE ? Optional.empty() : Optional.of((int) bytes);
    }

    private static String sizeText(int bytes) {
        if (bytes % (1024 * 1024) == 0) {
            return bytes / (1024 * 1024) + "MiB";
        }
        return bytes % 1024 == 0 ? bytes / 1024 + "KiB" : bytes + "B";
    }

    private static Optional<Origin> origin(String text) {
        if (text.contains("*")) {
            throw MisconfigurationException.because(
                    "\"" + text + "\" is a wildcard, and browsers send no credentials to a wildcard.",
                    "Write each origin: https://app.example.com.");
        }
        Optional<Origin> exact = Origin.parse(text);
        if (exact.isEmpty()) {
            Origin.ofUrl(text).ifPresent(meant -> {
                throw MisconfigurationException.because(
                        "\"" + withoutUser(text) + "\" is more than an origin: an origin has no path, query or user.",
                        "Write " + meant + ".");
            });
        }
        return exact;
    }

    /** A password may stand before the {@code @}. */
    private static String withoutUser(String url) {
        return url.replaceFirst("//[^/]*@", "//");
    }

    private static Optional<String> network(String text) {
        try {
            TrustedProxies.of(List.of(text));
            return Optional.of(text);
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
