package covey.node.build;

import static com.tngtech.archunit.base.DescribedPredicate.alwaysTrue;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackages;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.ArchConfiguration;
import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaCall;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.Location;
import com.tngtech.archunit.lang.ArchRule;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The layers of ARCHITECTURE.md: who may know whom, and what the core may not touch. Each ban is also tried on a class
 * that breaks it, so that a rule that matches nothing is found.
 */
class ArchitectureTest {
    /** Packages that pure code needs; {@code java.nio} only for byte orders and charsets. */
    private static final String[] PURE = {
        "covey.protocol..",
        "java.lang",
        "java.lang.annotation",
        "java.lang.foreign",
        "java.lang.invoke",
        "java.lang.runtime",
        "java.util",
        "java.util.function",
        "java.util.stream",
        "java.nio",
        "java.nio.charset",
        "org.jspecify.annotations"
    };

    private static final Set<String> IMPURE_CLASSES = Set.of(
            "java.lang.Process",
            "java.lang.ProcessBuilder",
            "java.lang.ProcessHandle",
            "java.lang.Runtime",
            "java.lang.Thread",
            "java.lang.ThreadLocal",
            "java.util.HashMap",
            "java.util.HashSet",
            "java.util.IdentityHashMap",
            "java.util.Random",
            "java.util.ServiceLoader",
            "java.util.Timer",
            "java.util.UUID",
            "java.util.WeakHashMap");

    /** Methods that read a clock or chance, or whose result has an order that differs between JVMs. */
    private static final Map<String, Set<String>> IMPURE_METHODS = Map.of(
            "java.lang.Math", Set.of("random"),
            "java.lang.System", Set.of("nanoTime", "currentTimeMillis", "identityHashCode", "getenv", "getProperty"),
            "java.util.Map", Set.of("of", "ofEntries", "copyOf"),
            "java.util.Set", Set.of("of", "copyOf"),
            "java.util.Collection", Set.of("parallelStream"),
            "java.util.List", Set.of("parallelStream"),
            "java.util.stream.BaseStream", Set.of("parallel"),
            "java.util.stream.Stream", Set.of("parallel"),
            "java.util.stream.IntStream", Set.of("parallel"),
            "java.util.stream.Collectors", Set.of("toSet", "toUnmodifiableSet", "toUnmodifiableMap", "partitioningBy"));

    private static JavaClasses covey;

    @BeforeAll
    static void importClasses() {
        ArchConfiguration.get().setResolveMissingDependenciesFromClassPath(false);
        covey = new ClassFileImporter()
                .withImportOption(ArchitectureTest::isProduction)
                .importPackages("covey");
    }

    private static boolean isProduction(Location location) {
        return !location.contains("/test-classes/") && !location.contains("-tests.jar");
    }

    @Test
    void shouldSeeEveryModule() {
        assertThat(covey.stream().map(type -> type.getPackageName().split("\\.")[1]))
                .contains("protocol", "compute", "transport", "actors", "node");
    }

    @Test
    void shouldKeepTheCorePure() {
        onlyPure().check(covey);
        noImpureClass().check(covey);
        noImpureMethod().check(covey);
    }

    @ParameterizedTest
    @ValueSource(strings = {"compute", "transport", "actors"})
    void shouldKeepSiblingsApart(String sibling) {
        String[] others = Stream.of("compute", "transport", "actors", "node", "chaos")
                .filter(name -> !name.equals(sibling))
                .map(name -> "covey." + name + "..")
                .toArray(String[]::new);
        forbid("covey." + sibling + "..", others).check(covey);
    }

    @Test
    void shouldKeepLibrariesInTheirRooms() {
        only("covey.compute.cuda..", "jcuda..").check(covey);
        only("covey.compute..", "jdk.incubator..").check(covey);
        noClasses()
                .that(resideInAnyPackage("covey.compute..", "covey.transport.."))
                .should()
                .dependOnClassesThat(resideInAnyPackage("org.apache.pekko.."))
                .check(covey);
        noClasses()
                .that(resideOutsideOfPackages("covey.transport.."))
                .should()
                .dependOnClassesThat(resideInAnyPackage("io.aeron..", "org.agrona.."))
                .check(covey);
    }

    /** Siblings meet in {@code protocol.port}: the node's other rooms know only the ports. */
    @Test
    void shouldConstructPortsInWiringOnly() {
        noClasses()
                .that(resideInAnyPackage("covey.node..").and(resideOutsideOfPackages(CONSTRUCTORS)))
                .should()
                .dependOnClassesThat(resideInAnyPackage("covey.compute..", "covey.transport.."))
                .check(covey);
        noClasses()
                .that(resideInAnyPackage("covey..").and(resideOutsideOfPackages(CONSTRUCTORS)))
                .should()
                .callConstructorWhere(elsewhere("implementation of a port"))
                .check(covey);
    }

    private static final String[] CONSTRUCTORS = {"covey.node.wiring..", "covey.node.bench..", "covey.node.plan.."};

    private static DescribedPredicate<JavaCall<?>> elsewhere(String what) {
        return DescribedPredicate.describe(
                what + " of another package",
                call -> implementsPort(call.getTargetOwner())
                        && !call.getTargetOwner()
                                .getPackageName()
                                .equals(call.getOriginOwner().getPackageName()));
    }

    /** Crypto is left out: it has no state, so it matters to nobody who makes one. */
    private static boolean implementsPort(JavaClass type) {
        return !type.getPackageName().startsWith("covey.protocol")
                && type.getAllRawInterfaces().stream()
                        .filter(port -> port.getPackageName().equals("covey.protocol.port"))
                        .anyMatch(port -> !port.getSimpleName().equals("Crypto"));
    }

    /** Ports are left out: they name the values of the rooms that use them. */
    @Test
    void shouldHaveNoCycleOfPackages() {
        slices().matching("covey.(**)")
                .should()
                .beFreeOfCycles()
                .ignoreDependency(alwaysTrue(), resideInAnyPackage("covey.protocol.port"))
                .check(covey);
    }

    @Test
    void shouldNoticeEachBan() {
        JavaClasses culprits = new ClassFileImporter().importClasses(Culprit.class);
        for (ArchRule rule : List.of(onlyPure(), noImpureClass(), noImpureMethod())) {
            assertThat(rule.evaluate(culprits).hasViolation())
                    .as(rule.getDescription())
                    .isTrue();
        }
        assertThat(noImpureMethod().evaluate(culprits).getFailureReport().getDetails())
                .hasSize(4);
    }

    /** Breaks every ban of the core; stands in for a class of it. */
    static final class Culprit {
        static final Map<String, UUID> IDS = Map.of("id", UUID.randomUUID());

        Set<Long> clock() {
            return Stream.of(System.nanoTime(), TimeUnit.DAYS.toMillis(1))
                    .parallel()
                    .collect(Collectors.toSet());
        }
    }

    private static DescribedPredicate<JavaClass> core() {
        return resideInAnyPackage("covey.protocol..")
                .or(DescribedPredicate.describe("the culprit", type -> type.isEquivalentTo(Culprit.class)));
    }

    private static ArchRule onlyPure() {
        return classes().that(core()).should().onlyDependOnClassesThat(resideInAnyPackage(PURE));
    }

    private static ArchRule noImpureClass() {
        return noClasses()
                .that(core())
                .should()
                .dependOnClassesThat(DescribedPredicate.describe(
                        "read a clock, chance or the machine, or have no order",
                        type -> IMPURE_CLASSES.contains(type.getName())));
    }

    private static ArchRule noImpureMethod() {
        return noClasses()
                .that(core())
                .should()
                .accessTargetWhere(DescribedPredicate.describe(
                        "method reads a clock, chance or the machine, or has no order",
                        ArchitectureTest::isImpureMethod));
    }

    private static boolean isImpureMethod(JavaAccess<?> access) {
        return IMPURE_METHODS
                .getOrDefault(access.getTargetOwner().getName(), Set.of())
                .contains(access.getTarget().getName());
    }

    private static ArchRule forbid(String from, String... to) {
        return noClasses().that(resideInAnyPackage(from)).should().dependOnClassesThat(resideInAnyPackage(to));
    }

    private static ArchRule only(String room, String library) {
        return noClasses()
                .that(resideInAnyPackage("covey..").and(resideOutsideOfPackages(room)))
                .should()
                .dependOnClassesThat(resideInAnyPackage(library));
    }
}
