package dev.coatcheck.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.coatcheck.store.TokenStore;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The contract of personal tokens bites: each flaw fails the tests that are there to catch it. */
class BrokenTokenStoresTest {
    private static volatile TokenFlaw flaw = TokenFlaw.NONE;

    @ParameterizedTest
    @EnumSource(TokenFlaw.class)
    void isCaughtByTheTestsThatAreThereForIt(TokenFlaw each) {
        flaw = each;
        Set<String> failed = FailedTests.of(Contract.class);
        if (each == TokenFlaw.NONE) {
            assertThat(failed).isEmpty();
        } else {
            assertThat(each.caughtBy()).doesNotContain("");
            assertThat(failed).containsAll(each.caughtBy());
        }
    }

    static class Contract extends TokenStoreContract {
        @Override
        protected TokenStore open() {
            return new TokenFlaw.Flawed(flaw);
        }
    }
}
