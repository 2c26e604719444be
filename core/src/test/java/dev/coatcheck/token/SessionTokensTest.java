package dev.coatcheck.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.coatcheck.token.SessionTokens.Issued;
import dev.coatcheck.token.SessionTokens.Recognition;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SessionTokensTest {
    private static final Instant T0 = Instant.parse("2026-01-01T00:00:00Z");
    private final SecureRandom random = new SecureRandom();
    private final KeyRing keys = KeyRing.ephemeral(random);
    private final SessionTokens tokens = new SessionTokens(keys, RotationPolicy.DEFAULT, random);
    private final Issued first = tokens.first(SessionId.random(random));

    private Recognition cookie(SessionToken token, TokenState state, long seconds) {
        return tokens.recognise(token, state, true, T0.plusSeconds(seconds));
    }

    private Issued next(Issued current, long seconds) {
        return tokens.successor(current.token(), current.state(), T0.plusSeconds(seconds))
                .orElseThrow();
    }

    @Test
    void theCurrentTicketIsCurrentForever() {
        assertThat(cookie(first.token(), first.state(), 1_000_000)).isEqualTo(new Recognition.Current());
    }

    @Test
    void aRotatedOutTicketGetsItsSuccessorAgainAndAgainWhileItWasNeverSeen() {
        Issued second = next(first, 0);
        for (long second60 : new long[] {0, 1, 30, 59}) {
            assertThat(cookie(first.token(), second.state(), second60))
                    .isEqualTo(new Recognition.Superseded(second.token()));
        }
        assertThat(cookie(first.token(), second.state(), 60)).isEqualTo(new Recognition.Reused());
    }

    @Test
    void graceEndsTenSecondsAfterTheSuccessorWasFirstPresentedAndIsNeverExtended() {
        Issued second = next(first, 0);
        TokenState seen = second.state().confirmedAt(T0.plusSeconds(5)).confirmedAt(T0.plusSeconds(14));
        assertThat(cookie(first.token(), seen, 14)).isEqualTo(new Recognition.Superseded(second.token()));
        assertThat(cookie(first.token(), seen, 15)).isEqualTo(new Recognition.Reused());
    }

    @Test
    void aSuccessorSeenLateDoesNotExtendTheSixtySeconds() {
        Issued second = next(first, 0);
        TokenState seen = second.state().confirmedAt(T0.plusSeconds(55));
        assertThat(cookie(first.token(), seen, 59)).isInstanceOf(Recognition.Superseded.class);
        assertThat(cookie(first.token(), seen, 60)).isEqualTo(new Recognition.Reused());
    }

    @Test
    void aBearerTicketHasTenSecondsFromItsRotation() {
        Issued second = next(first, 0);
        assertThat(tokens.recognise(first.token(), second.state(), false, T0.plusMillis(9_999)))
                .isInstanceOf(Recognition.Superseded.class);
        assertThat(tokens.recognise(first.token(), second.state(), false, T0.plusSeconds(10)))
                .isEqualTo(new Recognition.Reused());
    }

    @Test
    void threeGenerationsBackAreWalkedFourAreTheft() {
        List<Issued> chain = new ArrayList<>(List.of(first));
        for (int i = 0; i < 4; i++) {
            chain.add(next(chain.get(i), 1));
        }
        TokenState now = chain.get(4).state();
        for (int back = 1; back <= 3; back++) {
            assertThat(cookie(chain.get(4 - back).token(), now, 2))
                    .isEqualTo(new Recognition.Superseded(chain.get(4).token()));
        }
        assertThat(cookie(chain.get(0).token(), now, 2)).isEqualTo(new Recognition.Reused());
    }

    @Test
    void theGraceOfAnOlderGenerationIsItsOwnNotTheNewestOnes() {
        Issued second = next(first, 0);
        Issued third = next(second, 100);
        assertThat(cookie(first.token(), third.state(), 101)).isEqualTo(new Recognition.Reused());
        assertThat(cookie(second.token(), third.state(), 101)).isInstanceOf(Recognition.Superseded.class);
    }

    @Test
    void guessesOfEveryGenerationAreForeign() {
        Issued second = next(next(first, 0), 1);
        for (int generation : new int[] {0, 1, 2, 3, 500, 5_000, Integer.MAX_VALUE}) {
            SessionToken guess = new SessionToken(first.token().id(), 1, generation, Secret.random(random));
            assertThat(cookie(guess, second.state(), 1)).isEqualTo(new Recognition.Foreign());
        }
        SessionToken otherKey =
                new SessionToken(first.token().id(), 2, 0, first.token().secret());
        assertThat(cookie(otherKey, first.state(), 1)).isEqualTo(new Recognition.Foreign());
    }

    @Test
    void aFutureGenerationCannotBeMadeWithoutTheKey() {
        SessionTokens thief = new SessionTokens(KeyRing.ephemeral(random), RotationPolicy.DEFAULT, random);
        Issued forged = thief.successor(first.token(), first.state(), T0).orElseThrow();
        Issued real = next(first, 0);
        assertThat(cookie(forged.token(), real.state(), 1)).isEqualTo(new Recognition.Foreign());
    }

    @Test
    void aChangeOfPrivilegeBeginsAChainThatNoWalkReaches() {
        Issued second = next(first, 0);
        TokenState fresh = tokens.first(first.token().id()).state();
        assertThat(cookie(first.token(), fresh, 1)).isEqualTo(new Recognition.Foreign());
        assertThat(cookie(second.token(), fresh, 1)).isEqualTo(new Recognition.Foreign());
    }

    @Test
    void aChainWhoseKeyIsLostStopsRotatingAndKeepsWorking() {
        KeyRing without = KeyRing.of(2, Map.of(2, new byte[32]));
        SessionTokens later = new SessionTokens(without, RotationPolicy.DEFAULT, random);
        assertThat(later.successor(first.token(), first.state(), T0)).isEmpty();
        assertThat(later.recognise(first.token(), first.state(), true, T0)).isEqualTo(new Recognition.Current());
    }

    @Test
    void keysAreChecked() {
        assertThatThrownBy(() -> KeyRing.of(1, Map.of(2, new byte[32]))).hasMessageContaining("active key 1");
        assertThatThrownBy(() -> KeyRing.of(1, Map.of(1, new byte[31]))).hasMessageContaining("32 are needed");
        assertThatThrownBy(() -> KeyRing.of(70_000, Map.of(70_000, new byte[32])))
                .hasMessageContaining("65535");
    }

    @Test
    void rotationIsDueByItsPolicyOnly() {
        SessionTokens hourly = new SessionTokens(keys, RotationPolicy.DEFAULT.withEvery(Duration.ofHours(1)), random);
        assertThat(tokens.rotationDue(first.state(), T0, T0.plusSeconds(1_000_000)))
                .isFalse();
        assertThat(hourly.rotationDue(first.state(), T0, T0.plusSeconds(3_599))).isFalse();
        assertThat(hourly.rotationDue(first.state(), T0, T0.plusSeconds(3_600))).isTrue();
        assertThat(hourly.rotationDue(next(first, 3_600).state(), T0, T0.plusSeconds(7_199)))
                .isFalse();
    }
}
