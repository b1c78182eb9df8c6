package io.kerbwatch.vision.watch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import io.kerbwatch.samples.Clip;
import io.kerbwatch.vision.detect.Box;
import io.kerbwatch.vision.detect.Detector;
import io.kerbwatch.vision.detect.DetectorModel;
import io.kerbwatch.vision.frame.KeyFrameDecoder;
import io.kerbwatch.vision.frame.Picture;
import io.kerbwatch.vision.frame.PictureFile;
import io.kerbwatch.vision.judge.Finding;
import io.kerbwatch.vision.judge.JudgeState;
import io.kerbwatch.vision.snapshot.Snapshot;
import io.kerbwatch.vision.stream.AddressPolicy;
import io.kerbwatch.vision.stream.CameraStreams;
import io.kerbwatch.vision.stream.CameraUrl;
import io.kerbwatch.vision.stream.ClipReader;
import io.kerbwatch.vision.stream.KeyPacket;
import io.kerbwatch.vision.stream.MonotonicClock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Cameras served by somebody else's RTSP server, with the settings that hold by default: every dirty rendered place is
 * found within two minutes, and of photographed ones as many as the detector promises (nine of ten, so one of the few
 * that are shown may be missed); nothing is found at the clean ones.
 *
 * <p>Rendered stations are always shown. Where a folder of photographs with labels is named, so are photographs of it,
 * chosen by their labels alone with a fixed seed, whatever a detector makes of them: dirty ones of those with an
 * overflowing bin that covers {@value #LEAST_SHARE} to {@value #MOST_SHARE} of the picture, so that what is to be found
 * is not in question and is no close-up that no camera at a station would see; clean ones of those on which bins and
 * nothing else are labelled. More of them, and others, are shown by {@code kerbwatch.test.photographs} and {@code
 * kerbwatch.test.seed}: with hundreds to choose from a few are missed and a few are taken for dirty.
 */
class IndependentServerTest {
    private static final Duration WITHIN = Duration.ofMinutes(2);
    private static final double LEAST_SHARE = 0.12;
    private static final double MOST_SHARE = 0.4;
    private static final double MAY_BE_MISSED = 0.1;
    private static final int PHOTOGRAPHS_OF_EACH = Integer.getInteger("kerbwatch.test.photographs", 4);
    private static final long SEED = Long.getLong("kerbwatch.test.seed", 7);

    private static final List<Rendered> RENDERED = List.of(
            new Rendered("overflow-from-start", 20, true),
            new Rendered("filling-overflow", 50, true),
            new Rendered("litter-beside", 50, true),
            new Rendered("overflow-and-litter", 50, true),
            new Rendered("clean-quiet", 10, false),
            new Rendered("clean-passers-by", 8, false),
            new Rendered("litter-beside", 90, false),
            new Rendered("overflow-from-start", 74, false));

    /** A second of a sample clip at which nobody is in the picture. */
    private record Rendered(String clip, double second, boolean dirty) {}

    /**
     * What a camera shows.
     *
     * @param dirty where, in fractions of the clip's pictures; empty if it is clean
     */
    private record Shown(String name, List<Box> dirty) {}

    private static final class Findings implements FindingSink {
        final List<Finding> confirmed = new CopyOnWriteArrayList<>();

        @Override
        public void accept(Finding finding, JudgeState state, Snapshot snapshot) {
            if (finding.type() == Finding.Type.CONFIRMED) {
                confirmed.add(finding);
            }
        }

        @Override
        public void verified(Verification.Answer answer) {
            throw new AssertionError("nobody asked");
        }

        @Override
        public void changed(CameraStatus status) {
            // States are asked for.
        }

        boolean at(Shown camera) {
            return confirmed.stream()
                    .filter(f -> f.camera().equals(camera.name))
                    .flatMap(f -> f.places().stream())
                    .anyMatch(p -> camera.dirty.stream().anyMatch(d -> d.iou(p) >= 0.3 || d.coverOfSmaller(p) >= 0.5));
        }
    }

    @Test
    void findsWhatIsDirtyAndNothingElse(@TempDir Path folder) throws IOException {
        String python = System.getProperty("kerbwatch.test.gstreamer", "");
        if (python.isEmpty()) {
            System.out.println("SKIPPED: no independent RTSP server; name a Python with GStreamer's by"
                    + " -Dkerbwatch.test.gstreamer=/usr/bin/python3");
        }
        assumeFalse(python.isEmpty(), "no -Dkerbwatch.test.gstreamer");
        Map<String, Path> clips = new LinkedHashMap<>();
        List<Shown> cameras = new ArrayList<>(rendered(folder, clips));
        String pictures = System.getProperty("kerbwatch.test.pictures", "");
        if (pictures.isEmpty()) {
            System.out.println("Only rendered pictures were used; name a folder of photographs with labels by"
                    + " -Dkerbwatch.test.pictures=FOLDER");
        } else {
            cameras.addAll(photographs(Path.of(pictures), folder, clips));
        }
        watch(python, folder, clips, cameras);
    }

    private static void watch(String python, Path folder, Map<String, Path> clips, List<Shown> cameras)
            throws IOException {
        MonotonicClock clock = new MonotonicClock(InstantSource.system());
        Findings findings = new Findings();
        try (GstreamerStation station = GstreamerStation.start(python, HeldClip.FPS, clips, folder);
                Detector detector = Detector.load(DetectorModel.bundled());
                CameraStreams streams = new CameraStreams(clock, AddressPolicy.any());
                WatchPool pool =
                        new WatchPool(detector, streams, findings, c -> List.of(), WatchSettings.defaults(), clock)) {
            Instant end = clock.instant().plus(WITHIN);
            for (Shown camera : cameras) {
                pool.put(new WatchedCamera(
                        camera.name, CameraUrl.parse(station.url(camera.name)), List.of(), Optional.empty()));
            }
            await().atMost(WITHIN.plusSeconds(20)).until(() -> cameras.stream().allMatch(c -> looked(pool, c, end)));
            List<String> found = new ArrayList<>();
            List<String> missed = new ArrayList<>();
            List<String> wrong = new ArrayList<>();
            for (Shown camera : cameras) {
                boolean any = findings.confirmed.stream()
                        .anyMatch(f -> f.camera().equals(camera.name) && !f.at().isAfter(end));
                if (camera.dirty.isEmpty()) {
                    if (any) {
                        wrong.add(camera.name);
                    }
                } else {
                    (findings.at(camera) ? found : missed).add(camera.name);
                }
            }
            System.out.printf("found %s%nmissed %s%nfalse %s%n", found, missed, wrong);
            assertThat(missed)
                    .describedAs("dirty ones without a finding")
                    .noneMatch(name -> name.startsWith("rendered-"))
                    .hasSizeLessThanOrEqualTo((int) Math.ceil(MAY_BE_MISSED * PHOTOGRAPHS_OF_EACH));
            assertThat(wrong).describedAs("clean ones with a finding").isEmpty();
        }
    }

    private static boolean looked(WatchPool pool, Shown camera, Instant after) {
        return pool.status(camera.name)
                .map(CameraStatus::lastInspection)
                .filter(i -> !i.isBefore(after))
                .isPresent();
    }

    private static List<Shown> rendered(Path folder, Map<String, Path> clips) throws IOException {
        List<Shown> shown = new ArrayList<>();
        for (Rendered r : RENDERED) {
            Picture picture = still(r.clip, r.second, folder);
            List<Box> dirty = Clip.named(r.clip).truth().events().stream()
                    .filter(e -> r.dirty && e.from() <= r.second && e.to() >= r.second)
                    .map(e -> box(e.box()))
                    .toList();
            shown.add(show("rendered-" + r.clip + "-" + (int) r.second, picture, dirty, folder, clips));
        }
        return shown;
    }

    private static Shown show(String name, Picture picture, List<Box> dirty, Path folder, Map<String, Path> clips)
            throws IOException {
        Path file = folder.resolve(name + ".h264");
        HeldClip.write(picture, SEED + clips.size(), file);
        clips.put(name, file);
        return new Shown(
                name, dirty.stream().map(b -> HeldClip.placed(b, picture)).toList());
    }

    private static Box box(List<Double> b) {
        return new Box(b.get(0), b.get(1), b.get(2), b.get(3));
    }

    private static Picture still(String clip, double second, Path folder) throws IOException {
        Path file = folder.resolve(clip + ".mp4");
        Clip.copyTo(clip, "mp4", file);
        try (ClipReader reader = new ClipReader(file, Instant.EPOCH);
                KeyFrameDecoder decoder = new KeyFrameDecoder()) {
            for (Optional<KeyPacket> next = reader.next(); next.isPresent(); next = reader.next()) {
                if (!next.get().arrival().isBefore(Instant.EPOCH.plusMillis((long) (second * 1000)))) {
                    decoder.decode(next.get());
                    return decoder.picture();
                }
            }
        }
        throw new IOException(clip + " ends before second " + second);
    }

    private static List<Shown> photographs(Path set, Path folder, Map<String, Path> clips) throws IOException {
        List<Labelled> dirty = new ArrayList<>();
        List<Labelled> clean = new ArrayList<>();
        try (Stream<Path> files = Files.list(set.resolve("labels"))) {
            for (Path file : files.sorted().toList()) {
                Labelled labelled = Labelled.read(file);
                if (labelled.overflow >= LEAST_SHARE && labelled.overflow <= MOST_SHARE) {
                    dirty.add(labelled);
                } else if (labelled.dirty.isEmpty() && labelled.bins > 0) {
                    clean.add(labelled);
                }
            }
        }
        System.out.printf(
                "photographs: %d of %d dirty and %d of %d clean ones, seed %d%n",
                PHOTOGRAPHS_OF_EACH, dirty.size(), PHOTOGRAPHS_OF_EACH, clean.size(), SEED);
        Collections.shuffle(dirty, new Random(SEED));
        Collections.shuffle(clean, new Random(SEED));
        List<Labelled> chosen = new ArrayList<>(dirty.subList(0, PHOTOGRAPHS_OF_EACH));
        chosen.addAll(clean.subList(0, PHOTOGRAPHS_OF_EACH));
        List<Shown> shown = new ArrayList<>();
        for (Labelled l : chosen) {
            try (KeyFrameDecoder decoder = new KeyFrameDecoder();
                    Stream<Path> files = Files.list(set.resolve("images"))) {
                Path image = files.filter(f -> f.getFileName().toString().startsWith(l.name + "."))
                        .findFirst()
                        .orElseThrow(() -> new IOException("no picture belongs to the labels " + l.name));
                decoder.decode(PictureFile.read(image));
                String kind = l.dirty.isEmpty() ? "clean-" : "dirty-";
                shown.add(show("photograph-" + kind + l.name, decoder.picture(), l.dirty, folder, clips));
            }
        }
        return shown;
    }

    /**
     * A file of labels: class (0 bin, 1 overflow, 2 litter), middle, width, height, in fractions of the picture.
     *
     * @param overflow area of the largest overflowing bin
     */
    private record Labelled(String name, int bins, double overflow, List<Box> dirty) {
        static Labelled read(Path file) throws IOException {
            int bins = 0;
            double overflow = 0;
            List<Box> dirty = new ArrayList<>();
            for (String line : Files.readAllLines(file)) {
                String[] f = line.trim().split("\\s+");
                if (f.length < 5) {
                    continue;
                }
                double w = Double.parseDouble(f[3]);
                double h = Double.parseDouble(f[4]);
                if (f[0].equals("0")) {
                    bins++;
                } else {
                    overflow = f[0].equals("1") ? Math.max(overflow, w * h) : overflow;
                    dirty.add(new Box(Double.parseDouble(f[1]) - w / 2, Double.parseDouble(f[2]) - h / 2, w, h));
                }
            }
            return new Labelled(file.getFileName().toString().replaceFirst("\\.txt$", ""), bins, overflow, dirty);
        }
    }
}
