package dev.coatcheck.token;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.SecureRandom;
import java.util.Random;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class SessionTokenTest {
    private final SecureRandom random = new SecureRandom();

    private SessionToken token(int kid, int generation) {
        return new SessionToken(SessionId.random(random), kid, generation, Secret.random(random));
    }

    @Test
    void whatIsWrittenIsReadBackAtEveryEdge() {
        for (int kid : new int[] {0, 1, 255, 0xFFFF}) {
            for (int generation : new int[] {0, 1, 1_000_000, Integer.MAX_VALUE}) {
                SessionToken token = token(kid, generation);
                assertThat(token.reveal())
                        .hasSize(SessionToken.LENGTH)
                        .matches("ccs_[0-9A-Za-z]{22}_[0-9A-Za-z]{52}_[0-9A-Za-z]{6}");
                assertThat(SessionToken.parse(token.reveal())).contains(token);
            }
        }
    }

    @Test
    void aSingleTypoIsNotATicketAnywhere() {
        String text = token(1, 0).reveal();
        for (int i = 0; i < text.length(); i++) {
            char other = text.charAt(i) == 'a' ? 'b' : 'a';
            String typo = text.substring(0, i) + other + text.substring(i + 1);
            assertThat(SessionToken.parse(typo)).as("typo at %d", i).isEmpty();
        }
    }

    @Test
    void garbageIsNotATicketAndNeverThrows() {
        Random seeded = new Random(7);
        String valid = token(1, 0).reveal();
        for (int round = 0; round < 20_000; round++) {
            char[] text = valid.toCharArray();
            int changes = 1 + seeded.nextInt(5);
            for (int i = 0; i < changes; i++) {
                text[seeded.nextInt(text.length)] = (char) seeded.nextInt(seeded.nextBoolean() ? 128 : 0x10000);
            }
            String garbage = new String(text).substring(0, seeded.nextInt(10) == 0 ? seeded.nextInt(86) : 86);
            if (!garbage.equals(valid)) {
                assertThat(SessionToken.parse(garbage)).isEmpty();
            }
        }
    }

    @Test
    void signsThatAreOneByteForTwoCharactersAreNoTicket() {
        String text = "ccs_" + "\ud83d\ude00".repeat(11) + "_" + "a".repeat(52) + "_000000";
        assertThat(text).hasSize(SessionToken.LENGTH);
        assertThat(SessionToken.parse(text)).isEmpty();
    }

    @Test
    void aSecretCannotBePrinted() {
        SessionToken token = token(1, 0);
        String secret = token.reveal().substring(27, 79);
        TokenState state = new SessionTokens(KeyRing.ephemeral(random), RotationPolicy.DEFAULT, random)
                .first(token.id())
                .state();
        String printed = token + " " + token.secret() + " " + state + " " + KeyRing.ephemeral(random);
        assertThat(printed).doesNotContain(secret).contains("redacted");
        assertThat(Pattern.compile("[0-9a-f]{32,}").matcher(printed).find()).isFalse();
    }

    @Test
    void base62HasOneSpellingForEachValue() {
        for (int bytes = 1; bytes <= 40; bytes++) {
            byte[] all = new byte[bytes];
            java.util.Arrays.fill(all, (byte) 0xFF);
            assertThat(Base62.decode(Base62.encode(all), bytes))
                    .hasValueSatisfying(back -> assertThat(back).isEqualTo(all));
            byte[] none = new byte[bytes];
            assertThat(Base62.decode(Base62.encode(none), bytes))
                    .hasValueSatisfying(back -> assertThat(back).isEqualTo(none));
            assertThat(Base62.decode("z".repeat(Base62.lengthOf(bytes)), bytes)).isEmpty();
        }
    }

    @Test
    void hkdfIsTheOneOfRfc5869() {
        // RFC 5869 A.3: no salt, no info, first block of the output.
        byte[] ikm = new byte[22];
        java.util.Arrays.fill(ikm, (byte) 0x0b);
        assertThat(java.util.HexFormat.of().formatHex(Digests.hkdf(ikm, "")))
                .isEqualTo("8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d");
    }
}
