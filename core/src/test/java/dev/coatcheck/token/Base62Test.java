package dev.coatcheck.token;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Against the same arithmetic with big numbers. */
class Base62Test {
    private static final String DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    private static final BigInteger BASE = BigInteger.valueOf(62);

    private final Random random = new Random(62);

    @Test
    void writesAndReadsEveryLengthAsBigNumbersDo() {
        for (int round = 0; round < 5_000; round++) {
            byte[] bytes = new byte[1 + random.nextInt(40)];
            random.nextBytes(bytes);
            if (round % 5 == 0) {
                Arrays.fill(bytes, 0, random.nextInt(bytes.length), (byte) (round % 2 == 0 ? 0 : 0xff));
            }
            String text = Base62.encode(bytes);

            assertThat(text).isEqualTo(slowly(new BigInteger(1, bytes), Base62.lengthOf(bytes.length)));
            assertThat(Base62.decode(text, bytes.length)).hasValue(bytes);
        }
    }

    @Test
    void refusesTheFirstNumberThatNeedsOneBitMore() {
        for (int bytes = 1; bytes <= 40; bytes++) {
            BigInteger beyond = BigInteger.ONE.shiftLeft(8 * bytes);
            int digits = Base62.lengthOf(bytes);

            assertThat(Base62.decode(slowly(beyond.subtract(BigInteger.ONE), digits), bytes))
                    .isPresent();
            assertThat(Base62.decode(slowly(beyond, digits), bytes))
                    .as("%d bytes", bytes)
                    .isEmpty();
            assertThat(Base62.decode("z".repeat(digits), bytes)).isEmpty();
            assertThat(Base62.isSpelt(slowly(beyond.subtract(BigInteger.ONE), digits), Base62.greatest(bytes)))
                    .isTrue();
            assertThat(Base62.isSpelt(slowly(beyond, digits), Base62.greatest(bytes)))
                    .isFalse();
        }
    }

    @Test
    void tellsWhatCanBeReadWithoutReadingIt() {
        String some = Base62.encode(new byte[16]);
        for (int round = 0; round < 5_000; round++) {
            char[] text = slowly(new BigInteger(132, random), some.length()).toCharArray();
            if (round % 2 == 0) {
                text[random.nextInt(text.length)] = (char) random.nextInt(round % 4 == 0 ? 0x80 : 0x10000);
            }
            String spelt = new String(text, 0, round % 7 == 0 ? random.nextInt(text.length) : text.length);
            assertThat(Base62.isSpelt(spelt, Base62.greatest(16)))
                    .isEqualTo(Base62.decode(spelt, 16).isPresent());
        }
    }

    private static String slowly(BigInteger number, int digits) {
        StringBuilder text = new StringBuilder();
        BigInteger rest = number;
        for (int i = 0; i < digits; i++) {
            BigInteger[] division = rest.divideAndRemainder(BASE);
            text.append(DIGITS.charAt(division[1].intValue()));
            rest = division[0];
        }
        return text.reverse().toString();
    }
}
