package io.kerbwatch.server.command.benchmark;

import static org.bytedeco.ffmpeg.global.avcodec.AV_CODEC_ID_H264;
import static org.bytedeco.ffmpeg.global.avutil.AV_LOG_QUIET;
import static org.bytedeco.ffmpeg.global.avutil.AV_PIX_FMT_YUV420P;
import static org.bytedeco.ffmpeg.global.avutil.av_log_set_level;

import io.kerbwatch.samples.Clip;
import io.kerbwatch.samples.Truth;
import io.kerbwatch.server.command.benchmark.Scenery.Walk;
import io.kerbwatch.vision.frame.Picture;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.bytedeco.javacv.FFmpegFrameRecorder;

/**
 * The streams of the benchmark: H.264 of 1920 x 1080 pixels, 25 pictures and about 3 Mbit a second, a key frame every
 * two seconds. Made from the sample clips once, and kept in a folder.
 */
final class Loops {
    /** So many are told apart; further cameras show one of them again. */
    static final int DISTINCT = 8;

    private static final int KEY_FRAME_DISTANCE = 2 * Scenery.FPS;
    /** Counts up whenever what is drawn here changes, so that no older file is taken for it. */
    private static final int EDITION = 2;

    private static final List<View> VIEWS = List.of(
            new View("clean-quiet", 10, "clean-passers-by", 1.00),
            new View("clean-passers-by", 8, "clean-passers-by", 1.06),
            new View("filling-overflow", 2, "filling-overflow", 1.00),
            new View("filling-overflow", 50, "filling-overflow", 1.00),
            new View("litter-beside", 90, "litter-beside", 1.04),
            new View("overflow-and-litter", 50, "overflow-and-litter", 1.00),
            new View("overflow-from-start", 70, "overflow-from-start", 1.08),
            new View("litter-beside", 2, "litter-beside", 1.10));

    private Loops() {}

    /** A still and whose people walk through it. */
    private record View(String clip, double second, String people, double zoom) {}

    /**
     * The loops' files, made where they are missing.
     *
     * @param cameras that will show them; fewer than {@link #DISTINCT} need no more than one each
     * @param progress told what is being made
     * @throws IOException if they cannot be made or written
     */
    static List<Path> in(Path folder, int cameras, Consumer<String> progress) throws IOException {
        Files.createDirectories(folder);
        List<Path> files = new ArrayList<>();
        int count = Math.min(DISTINCT, cameras);
        for (int i = 0; i < count; i++) {
            Path file = folder.resolve("loop-" + EDITION + "-" + i + ".mp4");
            if (!Files.exists(file)) {
                progress.accept("making stream %d of %d (once; kept in %s)".formatted(i + 1, count, folder));
                Path unfinished =
                        folder.resolve("unfinished-" + ProcessHandle.current().pid() + ".mp4");
                record(scenery(VIEWS.get(i), i), unfinished);
                Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE);
            }
            files.add(file);
        }
        return files;
    }

    private static Scenery scenery(View view, int number) throws IOException {
        Picture still = Still.of(view.clip, view.second);
        List<Truth.Person> people = Clip.named(view.people).truth().people();
        List<Truth.Person> whole = people.stream()
                .filter(p -> p.box().get(0) > 0.01 && p.box().get(0) + p.box().get(2) < 0.99)
                .toList();
        List<Walk> walks = new ArrayList<>();
        // Somebody is in the picture some four tenths of the time.
        int walkers = number % 3 == 0 ? 2 : 1;
        for (int i = 0; i < walkers; i++) {
            Truth.Person person = whole.get((number + 3 * i) % whole.size());
            Walker walker =
                    Walker.cut(Still.of(view.people, person.t()), Still.of(view.people, alone(person, people)), person);
            walks.add(new Walk(walker, 2 + 8 * i + number % 3, 5 + number % 2, i == 1));
        }
        return new Scenery(still, view.zoom, walks, 20261123 + number);
    }

    /** The nearest key frame without anybody; they stand at even seconds. */
    private static double alone(Truth.Person person, List<Truth.Person> people) {
        for (int away = 2; ; away += 2) {
            for (double t : new double[] {person.t() - away, person.t() + away}) {
                if (t >= 0 && people.stream().noneMatch(p -> Math.abs(p.t() - t) < 1)) {
                    return t;
                }
            }
        }
    }

    private static void record(Scenery scenery, Path file) throws IOException {
        av_log_set_level(AV_LOG_QUIET);
        try (FFmpegFrameRecorder recorder = new FFmpegFrameRecorder(file.toFile(), Scenery.WIDTH, Scenery.HEIGHT, 0)) {
            recorder.setFormat("mp4");
            recorder.setVideoCodec(AV_CODEC_ID_H264);
            recorder.setVideoCodecName("libopenh264");
            recorder.setPixelFormat(AV_PIX_FMT_YUV420P);
            recorder.setFrameRate(Scenery.FPS);
            recorder.setGopSize(KEY_FRAME_DISTANCE);
            recorder.setVideoOption("profile", "high");
            recorder.setVideoOption("coder", "cabac");
            // Its rate control starves key frames; with a fixed quantiser grain and noise set the rate as a lens does.
            recorder.setVideoOption("rc_mode", "off");
            recorder.start();
            ByteBuffer picture = ByteBuffer.allocateDirect(Scenery.WIDTH * Scenery.HEIGHT * 3 / 2);
            for (int frame = 0; frame < Scenery.SECONDS * Scenery.FPS; frame++) {
                scenery.paint(frame, picture);
                recorder.recordImage(Scenery.WIDTH, Scenery.HEIGHT, 8, 1, Scenery.WIDTH, AV_PIX_FMT_YUV420P, picture);
            }
            recorder.stop();
        } catch (FFmpegFrameRecorder.Exception e) {
            throw new IOException("the stream " + file + " cannot be encoded: " + e.getMessage(), e);
        }
    }
}
