package io.kerbwatch.server.command;

import io.kerbwatch.vision.detect.Label;
import io.kerbwatch.vision.frame.KeyFrameDecoder;
import io.kerbwatch.vision.frame.Picture;
import io.kerbwatch.vision.frame.PictureFile;
import io.kerbwatch.vision.frame.UndecodableException;
import io.kerbwatch.vision.judge.Finding;
import io.kerbwatch.vision.judge.Kind;
import io.kerbwatch.vision.watch.Replay;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What a replay of labelled photographs came to.
 *
 * @param dirty photographs with an overflow or litter box
 * @param dirtyFound of those, with an incident of a kind that is labelled on it
 * @param clean photographs with neither
 * @param cleanFired of those, with an incident
 * @param missed names of dirty ones that were not found
 * @param fired names of clean ones that fired
 * @param seconds to the first right incident, ascending
 */
record PhotographScore(
        int dirty,
        int dirtyFound,
        int clean,
        int cleanFired,
        List<String> missed,
        List<String> fired,
        List<Double> seconds) {

    static PhotographScore of(Replay replay, List<LabelledPictures.One> pictures, PrintWriter progress)
            throws IOException {
        int dirty = 0;
        int clean = 0;
        List<String> missed = new ArrayList<>();
        List<String> fired = new ArrayList<>();
        List<Double> seconds = new ArrayList<>();
        try (KeyFrameDecoder decoder = new KeyFrameDecoder()) {
            for (int i = 0; i < pictures.size(); i++) {
                LabelledPictures.One one = pictures.get(i);
                String name = one.file().getFileName().toString();
                Set<Kind> kinds = one.labels().stream()
                        .filter(l -> l.label() != Label.BIN)
                        .map(l -> Kind.of(l.label().code()))
                        .collect(Collectors.toSet());
                List<Replay.Step> steps = replay.play(name, new HeldPhotograph(picture(decoder, one), i), List.of());
                double first = first(steps, kinds);
                if (kinds.isEmpty()) {
                    clean++;
                    if (first >= 0) {
                        fired.add(name);
                    }
                } else {
                    dirty++;
                    if (first >= 0) {
                        seconds.add(first);
                    } else {
                        missed.add(name);
                    }
                }
                if ((i + 1) % 50 == 0) {
                    progress.printf(
                            Locale.ROOT,
                            "%d of %d photographs: %d of %d dirty found, %d of %d clean fired%n",
                            i + 1,
                            pictures.size(),
                            seconds.size(),
                            dirty,
                            fired.size(),
                            clean);
                    progress.flush();
                }
            }
        }
        Collections.sort(seconds);
        return new PhotographScore(dirty, seconds.size(), clean, fired.size(), missed, fired, seconds);
    }

    /** Seconds to the first incident of one of the kinds; of any kind if none is named; -1 without one. */
    private static double first(List<Replay.Step> steps, Set<Kind> kinds) {
        return steps.stream()
                .filter(step -> step.looked().findings().stream()
                        .anyMatch(sure -> sure.finding().type() == Finding.Type.CONFIRMED
                                && (kinds.isEmpty()
                                        || kinds.contains(sure.finding().kind()))))
                .mapToDouble(Replay.Step::seconds)
                .findFirst()
                .orElse(-1);
    }

    private static Picture picture(KeyFrameDecoder decoder, LabelledPictures.One one) throws IOException {
        try {
            decoder.decode(PictureFile.read(one.file()));
        } catch (UndecodableException e) {
            throw new IOException(one.file() + " cannot be decoded: " + e.getMessage(), e);
        }
        return decoder.picture();
    }

    private double median() {
        return seconds.isEmpty() ? 0 : seconds.get(seconds.size() / 2);
    }

    Map<String, @Nullable Object> json() {
        Map<String, @Nullable Object> out = new LinkedHashMap<>();
        out.put("dirty", dirty);
        out.put("dirtyFound", dirtyFound);
        out.put("clean", clean);
        out.put("cleanFired", cleanFired);
        out.put("medianSecondsToConfirm", seconds.isEmpty() ? null : median());
        out.put("missed", missed);
        out.put("fired", fired);
        return out;
    }

    @Override
    public String toString() {
        return String.format(
                Locale.ROOT,
                "dirty photographs %d, found %d (%.1f %%), confirmed after %.0f s (median); clean %d, fired %d (%.1f %%)",
                dirty,
                dirtyFound,
                dirty == 0 ? 0 : 100.0 * dirtyFound / dirty,
                median(),
                clean,
                cleanFired,
                clean == 0 ? 0 : 100.0 * cleanFired / clean);
    }
}
