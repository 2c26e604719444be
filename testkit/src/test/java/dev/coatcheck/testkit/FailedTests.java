package dev.coatcheck.testkit;

import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.discovery.ClassSelector;
import org.junit.platform.engine.support.descriptor.MethodSource;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

/** Runs tests within a test, to see which of them fail. */
final class FailedTests {
    private FailedTests() {}

    /** The names of the methods that failed. */
    static Set<String> of(Class<?>... classes) {
        Set<String> failed = new TreeSet<>();
        List<ClassSelector> selectors =
                Stream.of(classes).map(tests -> selectClass(tests)).toList();
        LauncherDiscoveryRequest request =
                LauncherDiscoveryRequestBuilder.request().selectors(selectors).build();
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
        return failed;
    }
}
