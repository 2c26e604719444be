package dev.coatcheck.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.coatcheck.store.CutoffStore;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The contract of lines bites: each flaw fails the tests that are there to catch it. */
class BrokenCutoffStoresTest {
    private static volatile CutoffFlaw flaw = CutoffFlaw.NONE;

    @ParameterizedTest
    @EnumSource(CutoffFlaw.class)
    void isCaughtByTheTestsThatAreThereForIt(CutoffFlaw each) {
        flaw = each;
        Set<String> failed = FailedTests.of(Contract.class);
        if (each == CutoffFlaw.NONE) {
            assertThat(failed).isEmpty();
        } else {
            assertThat(each.caughtBy()).doesNotContain("");
            assertThat(failed).containsAll(each.caughtBy());
        }
    }

    static class Contract extends CutoffStoreContract {
        @Override
        protected CutoffStore open() {
            return new CutoffFlaw.Flawed(flaw);
        }
    }
}
