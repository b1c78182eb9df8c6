package io.kerbwatch.vision.watch;

import io.kerbwatch.vision.detect.Box;
import io.kerbwatch.vision.detect.Detection;
import io.kerbwatch.vision.detect.DetectorModel;
import io.kerbwatch.vision.detect.Label;
import io.kerbwatch.vision.detect.WorkingDetections;
import io.kerbwatch.vision.frame.Letterbox;
import io.kerbwatch.vision.frame.UndecodableException;
import io.kerbwatch.vision.judge.Finding;
import io.kerbwatch.vision.judge.Inspection;
import io.kerbwatch.vision.judge.Inspection.Sight;
import io.kerbwatch.vision.judge.JudgeSettings;
import io.kerbwatch.vision.judge.JudgeState;
import io.kerbwatch.vision.judge.JudgeThresholds;
import io.kerbwatch.vision.judge.Kind;
import io.kerbwatch.vision.judge.Zone;
import io.kerbwatch.vision.judge.ZoneJudge;
import io.kerbwatch.vision.judge.ZoneState;
import io.kerbwatch.vision.scene.ChangeGate;
import io.kerbwatch.vision.scene.LightMode;
import io.kerbwatch.vision.scene.Luma;
import io.kerbwatch.vision.scene.Motion;
import io.kerbwatch.vision.scene.ViewCheck;
import io.kerbwatch.vision.scene.ViewFault;
import io.kerbwatch.vision.snapshot.Background;
import io.kerbwatch.vision.snapshot.PeopleBlur;
import io.kerbwatch.vision.stream.KeyPacket;
import io.kerbwatch.vision.watch.Spending.Stage;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks at one camera: from a key packet to findings. Knows no stream, no thread and no clock, so that a clip on a
 * virtual clock goes exactly the same way. Its methods exclude each other.
 */
public final class CameraWatch {
    private static final Logger log = LoggerFactory.getLogger(CameraWatch.class);
    private static final double NOISE_WEIGHT = 0.2;

    private final String camera;
    private final DetectorModel model;
    private final JudgeSettings settings;
    private final double least;
    private final ViewCheck view = new ViewCheck();
    private final ChangeGate gate = new ChangeGate();
    private final Background background = new Background();
    private final Map<Key, ZoneJudge> judges = new LinkedHashMap<>();
    private final Set<Key> unacknowledged = new HashSet<>();
    private Map<Kind, JudgeSettings> special = Map.of();
    private List<Zone> zones = List.of();
    private List<Zone> ignored = List.of();
    private List<Detection> detections = List.of();
    private List<Motion.Region> moving = List.of();
    private Set<ViewFault> faults = Set.of();
    private @Nullable Luma luma;
    private double noise = 2;
    private int width;
    private int height;
    private @Nullable Instant lastLook;
    private @Nullable Instant lastGoodLook;

    private record Key(String zone, Kind kind) {}

    /** A watch that has seen nothing; it judges what {@link #draw} names. */
    public CameraWatch(String camera, DetectorModel model, JudgeSettings settings) {
        this.camera = camera;
        this.model = model;
        this.settings = settings;
        // What is far below every threshold helps nobody and costs time in every comparison.
        this.least = model.labels().stream()
                        .mapToDouble(l -> model.threshold(l).off())
                        .min()
                        .orElse(0.2)
                / 2;
    }

    /**
     * Judges these zones from now on. A zone that was there keeps what is known of it, wherever its corners are now; one
     * that is gone is forgotten.
     */
    public synchronized void draw(WatchedCamera as) {
        zones = as.judged();
        special = as.judge();
        ignored = as.zones().stream().filter(Zone::ignored).toList();
        Set<Key> keep = new HashSet<>();
        for (Zone zone : zones) {
            for (Kind kind : Kind.values()) {
                if (zone.kinds().contains(kind)) {
                    Key key = new Key(zone.id(), kind);
                    keep.add(key);
                    ZoneJudge known = judges.get(key);
                    if (known == null) {
                        judges.put(key, new ZoneJudge(camera, zone, kind, thresholds(kind), settings(kind)));
                    } else {
                        known.redraw(zone);
                        known.retune(settings(kind));
                    }
                }
            }
        }
        judges.keySet().retainAll(keep);
        gate.reset();
    }

    private JudgeSettings settings(Kind kind) {
        return special.getOrDefault(kind, settings);
    }

    private JudgeThresholds thresholds(Kind kind) {
        DetectorModel.Threshold threshold = model.threshold(kind.label());
        return new JudgeThresholds(
                threshold.on(), threshold.off(), model.threshold(Label.BIN).off());
    }

    /** Takes over what judges remembered before a restart. What cannot be read is told and begun anew. */
    public synchronized void restore(Collection<JudgeState> states) {
        for (JudgeState saved : states) {
            Key key = new Key(saved.zone(), saved.kind());
            ZoneJudge judge = judges.get(key);
            if (judge == null) {
                continue;
            }
            ZoneJudge restored =
                    new ZoneJudge(camera, judge.zone(), saved.kind(), thresholds(saved.kind()), settings(saved.kind()));
            try {
                restored.restore(saved.bytes());
                judges.put(key, restored);
            } catch (IllegalArgumentException e) {
                log.warn("camera={} zone={} {}", camera, saved.zone(), e.getMessage());
            }
        }
    }

    /**
     * What one look came to.
     *
     * @param good whether it could be judged
     * @param inferred whether the detector ran, rather than what it saw before being used again
     * @param findings each with the state to be kept with it
     */
    public record Looked(boolean good, boolean inferred, List<Sure> findings) {
        /** A finding and what its judge remembers after it. */
        public record Sure(Finding finding, JudgeState state) {}
    }

    /** Looks at a key packet with one thread's tools; the tools hold its picture until they are used again. */
    synchronized Looked look(KeyPacket packet, Tools tools, boolean infer) {
        Instant at = packet.arrival();
        lastLook = at;
        Letterbox letterbox;
        tools.spending.begin();
        try {
            tools.decoder.decode(packet);
            tools.spending.ended(Stage.DECODE);
            letterbox = tools.decoder.letterbox(tools.input);
            tools.spending.ended(Stage.SCALE);
        } catch (UndecodableException e) {
            return unjudgeable(view.undecodable(at), at);
        }
        width = tools.decoder.width();
        height = tools.decoder.height();
        Luma now = Luma.of(tools.input, letterbox);
        LightMode light = LightMode.of(tools.input, letterbox);
        observeMotion(now);
        background.look(now, at);
        ViewCheck.Grade grade = view.look(now, light, at);
        if (!grade.judgeable() || grade.outOfUse()) {
            return unjudgeable(grade, at);
        }
        faults = grade.faults();
        lastGoodLook = at;
        boolean inferred = !(calm() && gate.unchanged(now, at, this::counts, noise));
        tools.spending.ended(Stage.SCENE);
        if (inferred) {
            detections = infer ? detect(tools, letterbox) : List.of();
            gate.detected(now, at);
        }
        tools.spending.ended(Stage.DETECT);
        List<Looked.Sure> sure = judge(Inspection.of(at, new Sight(detections, now, noise, regions(), light)));
        tools.spending.ended(Stage.JUDGE);
        return new Looked(true, inferred, sure);
    }

    private Looked unjudgeable(ViewCheck.Grade grade, Instant at) {
        faults = grade.faults();
        gate.reset();
        return new Looked(false, false, judge(Inspection.unjudgeable(at)));
    }

    private void observeMotion(Luma now) {
        Luma before = luma;
        if (before != null && before.width() == now.width() && before.height() == now.height()) {
            Motion.Result result = Motion.between(before, now);
            moving = result.parts();
            noise += NOISE_WEIGHT * (result.noise() - noise);
        } else {
            moving = List.of();
        }
        luma = now;
    }

    private List<Box> regions() {
        return moving.stream().map(Motion.Region::box).toList();
    }

    private boolean calm() {
        return judges.values().stream()
                .allMatch(j -> (j.state() == ZoneState.CLEAN || j.state() == ZoneState.DIRTY) && !j.isVerifying());
    }

    private boolean counts(double x, double y) {
        return zones.stream().anyMatch(z -> z.contains(x, y))
                && ignored.stream().noneMatch(z -> z.contains(x, y));
    }

    private List<Detection> detect(Tools tools, Letterbox letterbox) {
        return tools.detector.detect(tools.input, letterbox, least).stream()
                .map(d -> new Detection(d.label(), d.box().scaled(1.0 / width, 1.0 / height), d.score()))
                .filter(d -> ignored.stream()
                        .noneMatch(z -> z.contains(
                                d.box().x() + d.box().width() / 2,
                                Math.min(1, d.box().bottom()))))
                .toList();
    }

    private List<Looked.Sure> judge(Inspection inspection) {
        List<Looked.Sure> sure = new ArrayList<>();
        judges.forEach((key, judge) -> {
            // Until the last finding has been taken, nothing new is concluded: one that a crash would lose must be
            // found
            // again from the state before it.
            if (unacknowledged.contains(key)) {
                return;
            }
            judge.inspect(inspection).ifPresent(finding -> {
                unacknowledged.add(key);
                sure.add(new Looked.Sure(finding, new JudgeState(camera, key.zone, key.kind, judge.save())));
            });
        });
        return sure;
    }

    /** The finding was taken and is kept. */
    public synchronized void acknowledged(Finding finding) {
        unacknowledged.remove(new Key(finding.zone(), finding.kind()));
    }

    /** Lets time pass without a look. */
    public synchronized void tick(Instant at) {
        judges.values().forEach(j -> j.tick(at));
    }

    /** Someone says that the view is right as it is. */
    public synchronized void confirmView() {
        view.confirmView();
    }

    synchronized void verifySince(Set<String> of, Instant since) {
        judges.forEach((key, judge) -> {
            if (of.contains(key.zone)) {
                judge.verifySince(since);
            }
        });
    }

    synchronized void stopVerifying(Set<String> of) {
        judges.forEach((key, judge) -> {
            if (of.contains(key.zone)) {
                judge.stopVerifying();
            }
        });
    }

    /** These zones were verified as clean; gives what is cleared by it. */
    synchronized List<Looked.Sure> verifiedClean(Set<String> of, Instant at) {
        List<Looked.Sure> sure = new ArrayList<>();
        judges.forEach((key, judge) -> {
            if (of.contains(key.zone) && !unacknowledged.contains(key)) {
                judge.verifiedClean(at).ifPresent(finding -> {
                    unacknowledged.add(key);
                    sure.add(new Looked.Sure(finding, new JudgeState(camera, key.zone, key.kind, judge.save())));
                });
            }
        });
        return sure;
    }

    /** How an open question stands for a zone; empty if the zone is not watched. */
    synchronized Optional<ZoneStanding> standing(String zone) {
        List<ZoneJudge> of = judges.values().stream()
                .filter(j -> j.zone().id().equals(zone) && j.isVerifying())
                .toList();
        if (of.isEmpty()) {
            return Optional.empty();
        }
        List<ZoneJudge.Standing> standings =
                of.stream().flatMap(j -> j.standing().stream()).toList();
        ZoneJudge.Standing worst;
        if (standings.contains(ZoneJudge.Standing.DIRTY)) {
            worst = ZoneJudge.Standing.DIRTY;
        } else if (standings.stream().allMatch(s -> s == ZoneJudge.Standing.CLEAN)) {
            worst = ZoneJudge.Standing.CLEAN;
        } else if (standings.contains(ZoneJudge.Standing.UNSURE)) {
            worst = ZoneJudge.Standing.UNSURE;
        } else {
            worst = ZoneJudge.Standing.BLIND;
        }
        return Optional.of(new ZoneStanding(of.get(0).zone().name(), worst, faults));
    }

    /** How a zone of an open question stands, and what ails the view. */
    record ZoneStanding(String name, ZoneJudge.Standing standing, Set<ViewFault> faults) {}

    synchronized boolean verifying() {
        return judges.values().stream().anyMatch(ZoneJudge::isVerifying);
    }

    synchronized List<ZoneState> states() {
        return judges.values().stream().map(ZoneJudge::state).toList();
    }

    /** What was seen last, at working thresholds, in fractions of the picture. */
    public synchronized List<Detection> working() {
        return WorkingDetections.at(model, detections);
    }

    /** What is known that helps to find people on the newest picture. */
    synchronized PeopleBlur.Context people() {
        // Confirmed places alone: one look takes a person for litter now and then, and would show them.
        List<Box> spared = judges.values().stream()
                .filter(j -> j.state().dirty())
                .flatMap(j -> j.dirtyPlaces().stream())
                .toList();
        return new PeopleBlur.Context(Optional.ofNullable(luma), background.median(), moving, spared);
    }

    /** What people are told of the view and its zones. */
    public synchronized Report report() {
        List<CameraStatus.ZoneStatus> of = judges.values().stream()
                .map(j -> new CameraStatus.ZoneStatus(
                        j.zone().id(), j.kind().code(), j.state().code(), j.unknown()))
                .toList();
        return new Report(
                faults.stream().map(ViewFault::code).sorted().toList(), of, lastLook, lastGoodLook, width, height);
    }

    /** How the view and its zones stand. */
    public record Report(
            List<String> faults,
            List<CameraStatus.ZoneStatus> zones,
            @Nullable Instant lastLook,
            @Nullable Instant lastGoodLook,
            int width,
            int height) {}
}
