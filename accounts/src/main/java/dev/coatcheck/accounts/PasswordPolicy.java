package dev.coatcheck.accounts;

import dev.coatcheck.Password;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;

/**
 * Which passwords people may choose (NIST SP 800-63B §5.1.1.2): long enough, of any characters, and not one of the few that
 * everybody tries first. Nothing is asked of the mix of characters, and nothing expires.
 *
 * <p>It is asked when a password is set, never at sign-in. Beyond the built-in list it knows no leaked passwords.
 *
 * @param shortest characters after NFKC normalisation, code points counted; 8 at least
 * @param longest so that nobody can make the server normalise megabytes; 64 at least
 */
public record PasswordPolicy(int shortest, int longest) {
    /** 8 to 256 characters. */
    public static final PasswordPolicy DEFAULT = new PasswordPolicy(8, 256);

    /** Eight characters or more, and among the first that lists of leaked passwords name. */
    private static final Set<String> COMMON = Set.of(
            "password",
            "passw0rd",
            "p@ssw0rd",
            "p@ssword",
            "password1",
            "password12",
            "password123",
            "password!",
            "passwort",
            "passwort1",
            "motdepasse",
            "contraseña",
            "iloveyou",
            "sunshine",
            "princess",
            "football",
            "baseball",
            "superman",
            "trustno1",
            "starwars",
            "whatever",
            "letmein1",
            "letmein123",
            "welcome1",
            "welcome123",
            "changeme",
            "changeme1",
            "changeit",
            "default1",
            "administrator",
            "admin123",
            "admin1234",
            "qwerty123",
            "qwertyui",
            "qwertyuiop",
            "qwertzui",
            "qwertzuiop",
            "azertyuiop",
            "asdfghjk",
            "asdfghjkl",
            "zxcvbnm1",
            "1q2w3e4r",
            "1q2w3e4r5t",
            "1qaz2wsx",
            "q1w2e3r4",
            "abc12345",
            "abcd1234",
            "aa123456",
            "a1b2c3d4",
            "test1234",
            "testtest",
            "guest123",
            "master123",
            "secret123",
            "coatcheck",
            "12341234",
            "123123123",
            "12121212",
            "11223344",
            "987654321");

    /** Why a password may not be chosen. */
    public enum Objection {
        /** Fewer characters than {@link PasswordPolicy#shortest}. */
        TOO_SHORT,
        /** More characters than {@link PasswordPolicy#longest}. */
        TOO_LONG,
        /** The user name, with or without a few characters around it, or twice. */
        LIKE_THE_USERNAME,
        /** One character repeated, a row of neighbours such as 12345678, or one of the most common passwords. */
        TRIVIAL
    }

    /** @throws IllegalArgumentException when the bounds are weaker than NIST's, or contradict each other */
    public PasswordPolicy {
        if (shortest < 8 || longest < 64 || longest < shortest || longest > 4096) {
            throw new IllegalArgumentException(
                    "a password policy allows 8 characters at the shortest and 64 to 4096 at the" + " longest, not "
                            + shortest + " to " + longest);
        }
    }

    public PasswordPolicy withShortest(int characters) {
        return new PasswordPolicy(characters, longest);
    }

    public PasswordPolicy withLongest(int characters) {
        return new PasswordPolicy(shortest, characters);
    }

    /** What speaks against this password for this user; empty when nothing does. */
    public Optional<Objection> objection(Password password, Username username) {
        if (password.length() > 4 * longest) {
            return Optional.of(Objection.TOO_LONG);
        }
        byte[] text = PasswordText.nfkc(password);
        try {
            int length = PasswordText.codePoints(text);
            if (length < shortest) {
                return Optional.of(Objection.TOO_SHORT);
            }
            if (length > longest) {
                return Optional.of(Objection.TOO_LONG);
            }
            lowerCase(text);
            if (isLike(text, username.key().getBytes(StandardCharsets.UTF_8))) {
                return Optional.of(Objection.LIKE_THE_USERNAME);
            }
            return isRow(text) || isOneCharacter(text) || isCommon(text)
                    ? Optional.of(Objection.TRIVIAL)
                    : Optional.empty();
        } finally {
            Arrays.fill(text, (byte) 0);
        }
    }

    /** The objection as a sentence for the person who chose the password. */
    public String sentence(Objection objection) {
        return switch (objection) {
            case TOO_SHORT -> "The password has fewer than " + shortest + " characters. Longer is better than odder.";
            case TOO_LONG -> "The password has more than " + longest + " characters.";
            case LIKE_THE_USERNAME -> "The password is too much like the user name.";
            case TRIVIAL -> "The password is one of those that are tried first. Choose another one.";
        };
    }

    /** ASCII only, in place: no copy that would have to be wiped too. */
    private static void lowerCase(byte[] text) {
        for (int i = 0; i < text.length; i++) {
            if (text[i] >= 'A' && text[i] <= 'Z') {
                text[i] = (byte) (text[i] + 'a' - 'A');
            }
        }
    }

    /** The name is most of the password: at most three bytes around it, or it stands there again. */
    private static boolean isLike(byte[] text, byte[] name) {
        if (text.length == 2 * name.length
                && Arrays.equals(text, 0, name.length, name, 0, name.length)
                && Arrays.equals(text, name.length, text.length, name, 0, name.length)) {
            return true;
        }
        for (int from = 0; from + name.length <= text.length; from++) {
            if (text.length - name.length <= 3 && Arrays.equals(text, from, from + name.length, name, 0, name.length)) {
                return true;
            }
        }
        return false;
    }

    /** Every byte is the same as the one that many bytes before as the first character has. */
    private static boolean isOneCharacter(byte[] text) {
        int width = 1;
        while (width < text.length && (text[width] & 0xc0) == 0x80) {
            width++;
        }
        return Arrays.equals(text, width, text.length, text, 0, text.length - width);
    }

    /** Each byte is as far from the one before as the first two are, by -1, 0 or 1; after 9 may come 0. */
    private static boolean isRow(byte[] text) {
        int step = text[1] - text[0];
        if (step < -1 || step > 1) {
            return false;
        }
        for (int i = 1; i < text.length; i++) {
            boolean wraps = (step == 1 && text[i - 1] == '9' && text[i] == '0')
                    || (step == -1 && text[i - 1] == '0' && text[i] == '9');
            if (text[i] - text[i - 1] != step && !wraps) {
                return false;
            }
        }
        return true;
    }

    private static boolean isCommon(byte[] text) {
        return COMMON.stream().anyMatch(common -> Arrays.equals(common.getBytes(StandardCharsets.UTF_8), text));
    }
}
