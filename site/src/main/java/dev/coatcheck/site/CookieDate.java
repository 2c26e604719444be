package dev.coatcheck.site;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The dates of {@code Expires} (RFC 6265bis §5.1.1), read as Chromium does: fields in any order between almost any delimiters, months by
 * their first three letters, time zones ignored.
 */
final class CookieDate {
    private static final Pattern DELIMITERS = Pattern.compile("[\\t !\"#$%&'()*+,\\-./;<=>?@\\[\\\\\\]^_`{|}~]+");
    private static final Pattern TIME = Pattern.compile("(\\d{1,2}):(\\d{1,2}):(\\d{1,2}).*", Pattern.DOTALL);
    private static final List<String> MONTHS =
            List.of("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec");

    private int day = -1;
    private int month = -1;
    private int year = -1;
    private int[] time = {};

    private CookieDate() {}

    static Optional<Instant> parse(String text) {
        CookieDate date = new CookieDate();
        for (String token : DELIMITERS.split(text, -1)) {
            if (!token.isEmpty()) {
                date.take(token);
            }
        }
        return date.instant();
    }

    private void take(String token) {
        boolean numeric = token.charAt(0) >= '0' && token.charAt(0) <= '9';
        if (!numeric) {
            takeMonth(token);
        } else if (token.indexOf(':') >= 0) {
            takeTime(token);
        } else if (day < 0 && token.length() <= 2) {
            day = leadingNumber(token);
        } else if (year < 0 && token.length() <= 5) {
            year = leadingNumber(token);
        }
    }

    private void takeMonth(String token) {
        if (month < 0 && token.length() >= 3) {
            month = MONTHS.indexOf(token.substring(0, 3).toLowerCase(Locale.ROOT));
        }
    }

    private void takeTime(String token) {
        Matcher matcher = TIME.matcher(token);
        if (time.length == 0 && matcher.matches()) {
            time = new int[] {
                Integer.parseInt(matcher.group(1)),
                Integer.parseInt(matcher.group(2)),
                Integer.parseInt(matcher.group(3))
            };
        }
    }

    private static int leadingNumber(String token) {
        int value = 0;
        for (int i = 0; i < token.length() && token.charAt(i) >= '0' && token.charAt(i) <= '9'; i++) {
            value = value * 10 + token.charAt(i) - '0';
        }
        return value;
    }

    private Optional<Instant> instant() {
        if (day < 0 || month < 0 || year < 0 || time.length == 0) {
            return Optional.empty();
        }
        int fullYear = year >= 70 && year <= 99 ? year + 1900 : year <= 69 ? year + 2000 : year;
        try {
            return Optional.of(LocalDateTime.of(fullYear, month + 1, day, time[0], time[1], time[2])
                    .toInstant(ZoneOffset.UTC));
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }
}
