package dev.coatcheck.csrf;

import static org.assertj.core.api.Assertions.assertThat;

import dev.coatcheck.token.KeyRing;
import dev.coatcheck.token.SessionId;
import java.security.SecureRandom;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class CsrfTokensTest {
    private final SecureRandom random = new SecureRandom();
    private final CsrfTokens tokens = new CsrfTokens(KeyRing.ephemeral(random), random);
    private final SessionId id = SessionId.random(random);

    private String token(SessionId session, int epoch) {
        return tokens.forSession(session, epoch, 1).orElseThrow().reveal();
    }

    @Test
    void noTwoAnswersShowTheSameTextAndAllFit() {
        Set<String> seen = new HashSet<>();
        for (int i = 0; i < 100; i++) {
            String token = token(id, 3);
            assertThat(seen.add(token)).isTrue();
            assertThat(tokens.fitsSession(token, id, 3, 1)).isTrue();
        }
    }

    @Test
    void aTokenFitsItsSessionItsEpochAndItsKeyAlone() {
        String token = token(id, 3);
        assertThat(tokens.fitsSession(token, SessionId.random(random), 3, 1)).isFalse();
        assertThat(tokens.fitsSession(token, id, 4, 1)).isFalse();
        assertThat(tokens.fitsSession(token, id, 2, 1)).isFalse();
        assertThat(tokens.fitsSession(token, id, 3, 2)).isFalse();
        assertThat(new CsrfTokens(KeyRing.ephemeral(random), random).fitsSession(token, id, 3, 1))
                .isFalse();
        assertThat(tokens.forSession(id, 3, 2)).isEmpty();
    }

    @Test
    void aNonceTokenIsNoSessionToken() {
        String nonce = tokens.nonce();
        String token = tokens.forNonce(nonce).reveal();
        assertThat(tokens.fitsNonce(token, nonce)).isTrue();
        assertThat(tokens.fitsNonce(token, tokens.nonce())).isFalse();
        assertThat(tokens.fitsSession(token, id, 0, 1)).isFalse();
    }

    @Test
    void garbageFitsNothingAndNeverThrows() {
        Random seeded = new Random(11);
        String valid = token(id, 3);
        for (int i = 0; i < 5_000; i++) {
            char[] text = valid.toCharArray();
            text[seeded.nextInt(text.length)] = (char) seeded.nextInt(0x10000);
            String garbage = new String(text).substring(seeded.nextInt(3) == 0 ? seeded.nextInt(86) : 0);
            // The last digit of 64 bytes in base64 carries four spare bits: two spellings of one token may both fit.
            if (!garbage.regionMatches(0, valid, 0, 85)) {
                assertThat(tokens.fitsSession(garbage, id, 3, 1)).isFalse();
            }
        }
    }

    @Test
    void aTokenCannotBePrinted() {
        assertThat(tokens.forNonce("n")).hasToString("CsrfToken[redacted]");
    }
}
