package dev.coatcheck.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import dev.coatcheck.store.SessionStore;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.support.descriptor.MethodSource;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

/** The contract, the races and the model check bite: each flaw fails the tests that are there to catch it. */
class BrokenStoresTest {
    private static volatile Flaw flaw = Flaw.NONE;

    @ParameterizedTest
    @EnumSource(Flaw.class)
    void isCaughtByTheTestsThatAreThereForIt(Flaw each) {
        flaw = each;
        Set<String> failed = new TreeSet<>();
        LauncherDiscoveryRequest request = LauncherDiscoveryRequestBuilder.request()
                .selectors(selectClass(Contract.class), selectClass(Races.class), selectClass(Model.class))
                .build();
        LauncherFactory.create().execute(request, new TestExecutionListener() {
            @Override
            public void executionFinished(TestIdentifier test, TestExecutionResult result) {
                if (result.getStatus() == TestExecutionResult.Status.FAILED) {
                    failed.add(test.getSource()
                            .map(source ->
                                    source instanceof MethodSource method ? method.getMethodName() : source.toString())
                            .orElse(test.getDisplayName()));
                }
            }
        });
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
