package dev.coatcheck.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.coatcheck.store.SessionStore;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The contract, the races and the model check bite: each flaw fails the tests that are there to catch it. */
class BrokenStoresTest {
    private static volatile Flaw flaw = Flaw.NONE;

    @ParameterizedTest
    @EnumSource(Flaw.class)
    void isCaughtByTheTestsThatAreThereForIt(Flaw each) {
        flaw = each;
        Set<String> failed = FailedTests.of(Contract.class, Races.class, Model.class);
        if (each == Flaw.NONE) {
            assertThat(failed).isEmpty();
        } else {
            assertThat(each.caughtBy()).doesNotContain("");
            assertThat(failed).containsAll(each.caughtBy());
        }
    }

    static class Contract extends SessionStoreContract {
        @Override
        protected SessionStore open() {
            return flaw.store();
        }
    }

    static class Races extends SessionStoreRaces {
        @Override
        protected SessionStore open() {
            return flaw.store();
        }
    }

    static class Model extends SessionStoreModelCheck {
        @Override
        protected SessionStore open() {
            return flaw.store();
        }
    }
}
