package io.kerbwatch.server.finding;

import io.kerbwatch.server.camera.Cameras;
import io.kerbwatch.server.order.Checks;
import io.kerbwatch.server.order.Intake;
import io.kerbwatch.server.platform.Database;
import io.kerbwatch.server.platform.Tx;
import io.kerbwatch.server.snapshot.Snapshots;
import io.kerbwatch.vision.judge.Finding;
import io.kerbwatch.vision.judge.JudgeState;
import io.kerbwatch.vision.judge.Zone;
import io.kerbwatch.vision.snapshot.Snapshot;
import io.kerbwatch.vision.watch.CameraStatus;
import io.kerbwatch.vision.watch.FindingSink;
import io.kerbwatch.vision.watch.Verification;
import java.time.InstantSource;
import java.util.Optional;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes what the cameras tell. A finding is one transaction: the judge's state, the picture, the incident, the order and
 * the messages about it are kept together or not at all, and once only, by the finding's id.
 */
public final class Findings implements FindingSink {
    private static final Logger LOG = LoggerFactory.getLogger(Findings.class);

    private final Database database;
    private final InstantSource clock;
    private final JudgeMemory memory;
    private final Snapshots snapshots;
    private final Cameras cameras;
    private final Intake intake;
    private final Checks checks;

    public Findings(
            Database database,
            InstantSource clock,
            JudgeMemory memory,
            Snapshots snapshots,
            Cameras cameras,
            Intake intake,
            Checks checks) {
        this.database = database;
        this.clock = clock;
        this.memory = memory;
        this.snapshots = snapshots;
        this.cameras = cameras;
        this.intake = intake;
        this.checks = checks;
    }

    @Override
    public void accept(Finding finding, JudgeState state, Snapshot snapshot) {
        database.inTransaction(tx -> {
            if (!first(tx, finding)) {
                return;
            }
            Optional<Cameras.Located> located = cameras.locate(tx, UUID.fromString(finding.camera()));
            Optional<Zone> zone = located.flatMap(camera -> camera.zones().stream()
                    .filter(each -> each.id().equals(finding.zone()))
                    .findFirst());
            if (located.isEmpty() || zone.isEmpty()) {
                outcome(tx, finding, new Intake.Outcome("camera or zone removed", Optional.empty()), Optional.empty());
                return;
            }
            Cameras.Located camera = located.get();
            snapshots.keep(tx, snapshot, source(camera));
            memory.keep(tx, state, finding.at());
            Intake.Sighting sighting = Intake.Sighting.seen(
                    camera.site().id(),
                    Intake.Source.zone(
                            camera.camera().id(),
                            camera.camera().name(),
                            UUID.fromString(finding.zone()),
                            zone.get().name()),
                    finding.kind().code(),
                    finding.at(),
                    finding.places(),
                    finding.score(),
                    snapshot.id());
            Intake.Outcome outcome = finding.type() == Finding.Type.CONFIRMED
                    ? intake.confirmed(tx, sighting)
                    : intake.cleared(tx, sighting);
            outcome(tx, finding, outcome, Optional.of(snapshot.id()));
            tx.afterCommit(() -> LOG.info(
                    "finding camera=\"{}\" zone=\"{}\" kind={} type={} outcome=\"{}\"",
                    camera.camera().name(),
                    zone.get().name(),
                    finding.kind().code(),
                    finding.type(),
                    outcome.what()));
        });
    }

    @Override
    public void verified(Verification.Answer answer) {
        database.inTransaction(tx -> {
            Snapshot snapshot = answer.snapshot();
            Optional<UUID> kept = Optional.empty();
            Optional<Cameras.Located> camera = answer.verification().zones().keySet().stream()
                    .sorted()
                    .findFirst()
                    .flatMap(id -> cameras.locate(tx, UUID.fromString(id)));
            if (snapshot != null && camera.isPresent()) {
                snapshots.keep(tx, snapshot, source(camera.get()));
                kept = Optional.of(snapshot.id());
            }
            checks.answered(tx, answer, kept);
        });
    }

    @Override
    public void changed(CameraStatus status) {
        cameras.changed(status);
    }

    private boolean first(Tx tx, Finding finding) {
        return tx.handle()
                        .createUpdate("insert into finding (id, camera, zone, kind, type, at, score, outcome,"
                                + " received_at) values (:id, :camera, :zone, :kind, :type, :at, :score, '', :now)"
                                + " on conflict do nothing")
                        .bind("id", finding.id())
                        .bind("camera", UUID.fromString(finding.camera()))
                        .bind("zone", UUID.fromString(finding.zone()))
                        .bind("kind", finding.kind().code())
                        .bind("type", finding.type().name())
                        .bind("at", finding.at())
                        .bind("score", finding.score())
                        .bind("now", clock.instant())
                        .execute()
                == 1;
    }

    private static void outcome(Tx tx, Finding finding, Intake.Outcome outcome, Optional<UUID> snapshot) {
        tx.handle()
                .createUpdate("update finding set outcome = :outcome, incident = :incident, snapshot = :snapshot"
                        + " where id = :id")
                .bind("id", finding.id())
                .bind("outcome", outcome.what())
                .bind("incident", outcome.incident().orElse(null))
                .bind("snapshot", snapshot.orElse(null))
                .execute();
    }

    private static Snapshots.Source source(Cameras.Located camera) {
        return new Snapshots.Source(
                camera.camera().id(), camera.camera().name(), camera.site().id(), camera.zones());
    }
}
