package dev.coatcheck.server;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.library.dependencies.SlicesRuleDefinition;
import dev.coatcheck.settings.MisconfigurationException;
import dev.coatcheck.token.SessionToken;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The arrows of the house point downwards only. */
class ArchitectureTest {
    private static final Path ROOT = Path.of(System.getProperty("coatcheck.root", ".."));

    /** Module's folder → its package, and what it may see beside itself, site and core. */
    private static final Map<String, List<String>> ABOVE_CORE = Map.ofEntries(
            Map.entry("json", List.of()),
            Map.entry("accounts", List.of()),
            Map.entry("endpoints", List.of("json", "accounts")),
            Map.entry("stores/sql", List.of("accounts")),
            Map.entry("stores/redis", List.of()),
            Map.entry("stores/near-cache", List.of()),
            Map.entry("servlet", List.of()),
            Map.entry("browser", List.of()),
            Map.entry("testkit", List.of()),
            Map.entry("examples/file-store", List.of("json")),
            Map.entry("doctor", List.of("browser", "json")),
            Map.entry("gateway", List.of()),
            Map.entry(
                    "bench", List.of("json", "endpoints", "stores/sql", "stores/redis", "stores/near-cache", "server")),
            Map.entry(
                    "server",
                    List.of(
                            "json",
                            "accounts",
                            "endpoints",
                            "stores/sql",
                            "stores/redis",
                            "stores/near-cache",
                            "browser",
                            "doctor",
                            "gateway")));

    /** For tests of this build alone. Jetty's tests share a package with Jetty's module, so no named module reads both. */
    private static final List<String> UNNAMED = List.of("stores/tests");

    private static final List<String> CORE = List.of(
            "dev.coatcheck",
            "dev.coatcheck.http",
            "dev.coatcheck.cors",
            "dev.coatcheck.csrf",
            "dev.coatcheck.transport",
            "dev.coatcheck.token",
            "dev.coatcheck.session",
            "dev.coatcheck.store",
            "dev.coatcheck.settings");
    private static final String SITE = "dev.coatcheck.site..";

    @Test
    void siteSeesNothingOfOurs() {
        noClasses()
                .that()
                .resideInAPackage(SITE)
                .should()
                .dependOnClassesThat(
                        resideInAPackage("dev.coatcheck..").and(DescribedPredicate.not(resideInAPackage(SITE))))
                .check(classesOf("site"));
    }

    @Test
    void coreSeesSiteAndTheJdkAlone() {
        classes()
                .should()
                .onlyDependOnClassesThat(in(CORE).or(
                                resideInAnyPackage(SITE, "java.lang..", "java.util..", "java.time..", "java.math"))
                        .or(resideInAnyPackage(
                                "java.security..", "javax.crypto..", "java.nio", "java.nio.charset", "org.jspecify.."))
                        .or(resideInAnyPackage("java.io", "java.net")))
                .check(classesOf("core"));
        noClasses()
                .should()
                .dependOnClassesThat()
                .haveNameMatching("java\\.io\\.(File|RandomAccess|Object).*|java\\.net\\.(Socket|URL|Server|Http).*")
                .check(classesOf("core"));
    }

    @Test
    void everyModuleSeesOnlyWhatLiesBelowIt() throws IOException {
        for (Map.Entry<String, List<String>> module : ABOVE_CORE.entrySet()) {
            DescribedPredicate<JavaClass> allowed = in(CORE).or(resideInAnyPackage(SITE, packageOf(module.getKey())));
            for (String below : module.getValue()) {
                allowed = allowed.or(resideInAPackage(packageOf(below)));
            }
            Path folder = ROOT.resolve(module.getKey()).resolve("target/classes");
            if (Files.isDirectory(folder)) {
                noClasses()
                        .should()
                        .dependOnClassesThat(resideInAPackage("dev.coatcheck..").and(DescribedPredicate.not(allowed)))
                        .allowEmptyShould(true)
                        .check(new ClassFileImporter().importPath(folder));
            }
        }
    }

    @Test
    void policiesDoNotSeeEachOtherNorThePipeline() {
        JavaClasses core = classesOf("core");
        noClasses()
                .that()
                .resideOutsideOfPackage("dev.coatcheck")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("dev.coatcheck")
                .check(core);
        List<String> policies = List.of("dev.coatcheck.cors", "dev.coatcheck.csrf", "dev.coatcheck.transport");
        for (String policy : policies) {
            List<String> others =
                    policies.stream().filter(other -> !other.equals(policy)).toList();
            noClasses()
                    .that()
                    .resideInAPackage(policy)
                    .should()
                    .dependOnClassesThat(in(others))
                    .check(core);
        }
        noClasses()
                .that()
                .resideOutsideOfPackages("dev.coatcheck", "dev.coatcheck.settings")
                .should()
                .dependOnClassesThat(resideInAPackage("dev.coatcheck.settings")
                        .and(DescribedPredicate.not(JavaClass.Predicates.type(MisconfigurationException.class))))
                .check(core);
    }

    @Test
    void packagesOfCoreSeeEachOtherInOneDirection() {
        SlicesRuleDefinition.slices()
                .matching("dev.coatcheck.(*)..")
                .should()
                .beFreeOfCycles()
                .check(classesOf("core"));
    }

    @Test
    void aStoreReadsNoClock() {
        for (String store : List.of("stores/sql", "stores/redis")) {
            noClasses()
                    .should()
                    .callMethod(Instant.class, "now")
                    .orShould()
                    .callMethod(System.class, "currentTimeMillis")
                    .orShould()
                    .callMethod(Clock.class, "systemUTC")
                    .orShould()
                    .callMethod(InstantSource.class, "system")
                    .check(classesOf(store));
        }
    }

    @Test
    void aTicketIsWrittenOutWhereItLeavesInAnAnswerAlone() {
        noClasses()
                .that()
                .doNotHaveFullyQualifiedName("dev.coatcheck.Exchange")
                .and()
                .doNotHaveFullyQualifiedName("dev.coatcheck.endpoints.SignInEndpoint")
                .should()
                .callMethod(SessionToken.class, "reveal")
                .check(classesOf("core", "json", "accounts", "endpoints", "stores/sql", "stores/redis", "server"));
    }

    @Test
    void nothingIsDeserialisedAndNothingPrintedBesideTheTerminal() {
        noClasses()
                .that()
                .resideOutsideOfPackage("dev.coatcheck.server.cli")
                .should()
                .accessField(System.class, "out")
                .orShould()
                .accessField(System.class, "err")
                .orShould()
                .dependOnClassesThat()
                .haveFullyQualifiedName("java.io.ObjectInputStream")
                .check(classesOf(
                        "site", "core", "json", "accounts", "endpoints", "stores/sql", "stores/redis", "server"));
    }

    @Test
    void everyModuleIsNamedAndNullMarked() throws IOException {
        Matcher modules =
                Pattern.compile("<module>([^<]+)</module>").matcher(Files.readString(ROOT.resolve("pom.xml")));
        List<String> seen = new ArrayList<>();
        while (modules.find()) {
            Path sources = ROOT.resolve(modules.group(1)).resolve("src/main/java");
            if (Files.isDirectory(sources) && !UNNAMED.contains(modules.group(1))) {
                String text = Files.readString(sources.resolve("module-info.java"));
                assertThat(text).as(modules.group(1)).contains("@NullMarked", "module dev.coatcheck", "/**");
                seen.add(modules.group(1));
            }
        }
        assertThat(seen).contains("site", "core", "server");
        seen.removeAll(List.of("site", "core"));
        assertThat(ABOVE_CORE.keySet())
                .as("modules with a rule of what they may see")
                .containsAll(seen);
    }

    private static DescribedPredicate<JavaClass> in(List<String> packages) {
        return resideInAnyPackage(packages.toArray(String[]::new));
    }

    private static String packageOf(String folder) {
        return "dev.coatcheck." + folder.replace('/', '.').replace("-", "") + "..";
    }

    private static JavaClasses classesOf(String... folders) {
        return new ClassFileImporter()
                .importPaths(Stream.of(folders)
                        .map(folder -> ROOT.resolve(folder).resolve("target/classes"))
                        .toList());
    }
}
