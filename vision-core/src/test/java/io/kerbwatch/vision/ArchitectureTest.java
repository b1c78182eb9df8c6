package io.kerbwatch.vision;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.time.Clock;
import java.time.Instant;

/** The rooms of the way of a picture: each knows only those before it. */
@AnalyzeClasses(packages = "io.kerbwatch.vision", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
    @ArchTest
    static final ArchRule roomsKnowOnlyThoseBeforeThem = layeredArchitecture()
            .consideringOnlyDependenciesInLayers()
            .layer("stream")
            .definedBy("..vision.stream")
            .layer("frame")
            .definedBy("..vision.frame")
            .layer("detect")
            .definedBy("..vision.detect")
            .layer("scene")
            .definedBy("..vision.scene")
            .layer("judge")
            .definedBy("..vision.judge")
            .layer("snapshot")
            .definedBy("..vision.snapshot")
            .layer("watch")
            .definedBy("..vision.watch")
            .layer("count")
            .definedBy("..vision.count")
            .whereLayer("stream")
            .mayNotAccessAnyLayer()
            .whereLayer("frame")
            .mayOnlyAccessLayers("stream")
            .whereLayer("detect")
            .mayOnlyAccessLayers("stream", "frame")
            .whereLayer("scene")
            .mayOnlyAccessLayers("stream", "frame", "detect")
            .whereLayer("judge")
            .mayOnlyAccessLayers("stream", "frame", "detect", "scene")
            .whereLayer("snapshot")
            .mayOnlyAccessLayers("stream", "frame", "detect", "scene", "judge")
            .whereLayer("watch")
            .mayOnlyAccessLayers("stream", "frame", "detect", "scene", "judge", "snapshot")
            .whereLayer("count")
            .mayOnlyAccessLayers("stream", "frame", "detect", "scene", "snapshot");

    @ArchTest
    static final ArchRule knowsNeitherServerNorSamples = noClasses()
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.kerbwatch.server..", "io.kerbwatch.samples..");

    @ArchTest
    static final ArchRule theJudgeIsPure = noClasses()
            .that()
            .resideInAPackage("..vision.judge")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "java.util.concurrent..", "java.nio.file..", "java.net..", "org.slf4j..", "org.bytedeco..");

    @ArchTest
    static final ArchRule timeComesIn = noClasses()
            .should()
            .callMethod(Instant.class, "now")
            .orShould()
            .callMethod(System.class, "currentTimeMillis")
            .orShould()
            .callMethod(Clock.class, "systemUTC");
}
