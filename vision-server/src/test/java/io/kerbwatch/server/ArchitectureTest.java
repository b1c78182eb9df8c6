package io.kerbwatch.server;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import com.tngtech.archunit.lang.syntax.ArchRuleDefinition;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZonedDateTime;
import org.junit.jupiter.api.Test;

/** What the house's rules say about who may know whom. */
class ArchitectureTest {
    private static final String SERVER = "io.kerbwatch.server";
    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages(SERVER);

    @Test
    void featuresHaveNoCycles() {
        slices().matching(SERVER + ".(*)..").should().beFreeOfCycles().check(CLASSES);
    }

    @Test
    void thePlatformKnowsNoFeature() {
        ArchRuleDefinition.classes()
                .that()
                .resideInAPackage(SERVER + ".platform..")
                .should()
                .onlyDependOnClassesThat()
                .resideOutsideOfPackages(
                        SERVER + ".account..",
                        SERVER + ".audit..",
                        SERVER + ".calendar..",
                        SERVER + ".camera..",
                        SERVER + ".command..",
                        SERVER + ".crew..",
                        SERVER + ".deadline..",
                        SERVER + ".device..",
                        SERVER + ".dispatch..",
                        SERVER + ".dust..",
                        SERVER + ".event..",
                        SERVER + ".finding..",
                        SERVER + ".flow..",
                        SERVER + ".health..",
                        SERVER + ".incident..",
                        SERVER + ".ioc..",
                        SERVER + ".order..",
                        SERVER + ".photo..",
                        SERVER + ".site..",
                        SERVER + ".snapshot..",
                        SERVER + ".standard..",
                        SERVER + ".tally..",
                        SERVER + ".vision..")
                .check(CLASSES);
    }

    @Test
    void calendarsKnowNoDatabase() {
        noClasses()
                .that()
                .resideInAPackage(SERVER + ".calendar..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("java.sql..", "org.jdbi..")
                .check(CLASSES);
    }

    @Test
    void samplesAreForCommandsOnly() {
        noClasses()
                .that()
                .resideOutsideOfPackage(SERVER + ".command..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("io.kerbwatch.samples..")
                .check(CLASSES);
    }

    @Test
    void featuresDoNotReachForEachOthersRoutesOrRows() {
        ArchRuleDefinition.classes()
                .that()
                .resideInAPackage(SERVER + "..")
                .and()
                .haveNameNotMatching(SERVER + "\\.Kerbwatch(\\$.*)?")
                .should(reachOnlyServices())
                .check(CLASSES);
    }

    @Test
    void timeComesFromTheClockThatWasHandedIn() {
        noClasses()
                .that()
                .resideOutsideOfPackage(SERVER + ".command..")
                .should()
                .callMethod(Instant.class, "now")
                .orShould()
                .callMethod(LocalDate.class, "now")
                .orShould()
                .callMethod(LocalDateTime.class, "now")
                .orShould()
                .callMethod(ZonedDateTime.class, "now")
                .orShould()
                .callMethod(Clock.class, "systemUTC")
                .orShould()
                .callMethod(System.class, "currentTimeMillis")
                .check(CLASSES);
    }

    private static ArchCondition<JavaClass> reachOnlyServices() {
        return new ArchCondition<>("reach only services and values of other features") {
            @Override
            public void check(JavaClass from, ConditionEvents events) {
                from.getDirectDependenciesFromSelf().forEach(dependency -> {
                    JavaClass to = dependency.getTargetClass();
                    boolean other = to.getPackageName().startsWith(SERVER + ".")
                            && !to.getPackageName().equals(from.getPackageName());
                    String name = to.getSimpleName();
                    if (other && (name.endsWith("Routes") || name.endsWith("Store"))) {
                        events.add(SimpleConditionEvent.violated(dependency, dependency.getDescription()));
                    }
                });
            }
        };
    }
}
