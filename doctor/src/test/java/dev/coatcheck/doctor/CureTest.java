package dev.coatcheck.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The advice is taken literally: its lines are written into the sick backend, and a real Chromium, in which the sign-in did not hold
 * before, signs in. The long round takes every case that can be cured by lines of the backend, the ordinary one one case for each
 * finding, by turns of each stack.
 */
class CureTest {
    private static final Set<FindingCode> CURED_BY_THE_BACKEND = EnumSet.of(
            FindingCode.CORS_ALLOW_ORIGIN_MISSING,
            FindingCode.CORS_WILDCARD_WITH_CREDENTIALS,
            FindingCode.CORS_ALLOW_ORIGIN_MISMATCH,
            FindingCode.CORS_ALLOW_ORIGIN_MALFORMED,
            FindingCode.CORS_ALLOW_ORIGIN_MULTIPLE,
            FindingCode.CORS_CREDENTIALS_MISSING,
            FindingCode.CORS_CREDENTIALS_MALFORMED,
            FindingCode.CORS_ONLY_ON_PREFLIGHT,
            FindingCode.PREFLIGHT_METHOD_REFUSED,
            FindingCode.PREFLIGHT_HEADER_REFUSED,
            FindingCode.PREFLIGHT_REFUSED_AUTH,
            FindingCode.PREFLIGHT_NOT_ANSWERED,
            FindingCode.PREFLIGHT_REDIRECTED,
            FindingCode.PREFLIGHT_FAILED,
            FindingCode.COOKIE_SAMESITE_NONE_INSECURE,
            FindingCode.COOKIE_NOT_SET,
            FindingCode.COOKIE_SECURE_ON_HTTP,
            FindingCode.COOKIE_DOMAIN_MISMATCH,
            FindingCode.COOKIE_DOMAIN_PUBLIC_SUFFIX,
            FindingCode.COOKIE_PATH_MISMATCH,
            FindingCode.COOKIE_PREFIX_BROKEN,
            FindingCode.SESSION_NEW_EVERY_REQUEST);
    private static Optional<Chromium> started = Optional.empty();

    @TempDir
    Path folder;

    @BeforeAll
    static void startChromium() {
        started = Optional.of(Chromium.start());
    }

    @AfterAll
    static void stopChromium() {
        started.ifPresent(Chromium::close);
    }

    static Stream<Ailing> curable() {
        Map<FindingCode, List<Ailing>> byFinding = Wards.sickOnes()
                .filter(ailing ->
                        ailing.expected().filter(CURED_BY_THE_BACKEND::contains).isPresent())
                .filter(ailing -> !ailing.name().contains("Safari"))
                .collect(Collectors.groupingBy(
                        ailing -> ailing.expected().orElseThrow(), TreeMap::new, Collectors.toList()));
        if (Boolean.getBoolean("coatcheck.thorough")) {
            return byFinding.values().stream().flatMap(List::stream);
        }
        List<List<Ailing>> groups = List.copyOf(byFinding.values());
        return IntStream.range(0, groups.size())
                .mapToObj(i -> groups.get(i).get(i % groups.get(i).size()));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("curable")
    void afterTheAdviceTheSignInHoldsInChromium(Ailing ailing) throws CouldNotRunException, IOException {
        Chromium chromium = started.orElseThrow();
        String app = chromium.app(ailing.appHost());
        Finding first;
        try (Fixture.Running sick = ailing.fixture().start(app, Files.createDirectory(folder.resolve("sick")))) {
            first = new Doctor().examine(ailing.planFor(app, sick)).first().orElseThrow();
            Chromium.Seen before = chromium.signIn(
                    app, sick.at(ailing.apiHost()), ailing.fixture().stack(), change(ailing, app, sick));
            assertThat(before.holds())
                    .as("sick, and yet it holds: " + before.said())
                    .isFalse();
        }
        assertThat(first.cure().lines()).as("the advice has lines").isNotEmpty();
        Fixture cured = ailing.fixture().cured(first.cure());
        try (Fixture.Running backend = cured.start(app, Files.createDirectory(folder.resolve("cured")))) {
            Chromium.Seen after =
                    chromium.signIn(app, backend.at(ailing.apiHost()), cured.stack(), change(ailing, app, backend));
            assertThat(after.holds())
                    .as(String.join("\n", first.cure().lines()) + "\n" + after.said())
                    .isTrue();
            assertThat(new Doctor().examine(ailing.planFor(app, backend)).findings())
                    .as("what the doctor says afterwards")
                    .noneMatch(finding -> finding.weight() == Weight.BREAKS);
        }
    }

    private static String change(Ailing ailing, String app, Fixture.Running backend) {
        return ailing.planFor(app, backend).unsafe().orElseThrow().method();
    }
}
