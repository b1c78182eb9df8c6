package io.kerbwatch.vision.judge;

import io.kerbwatch.vision.detect.Box;
import io.kerbwatch.vision.scene.EdgeChange;
import io.kerbwatch.vision.scene.LightMode;
import io.kerbwatch.vision.scene.Luma;
import io.kerbwatch.vision.scene.Luma.Patch;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a zone looks like when it is clean, by colour and by infrared light apart. Learnt only from a run of looks in
 * which nothing at all was seen, so that what the detector misses now and then is not learnt as clean; renewed slowly.
 */
final class CleanReference {
    private static final int LOOKS = 10;
    private static final Duration SPAN = Duration.ofSeconds(90);
    private static final Duration RENEWED_EVERY = Duration.ofMinutes(10);

    private final Map<LightMode, Patch> patches = new EnumMap<>(LightMode.class);
    private int run;
    private Instant runSince = Instant.MIN;
    private @Nullable LightMode runLight;
    private Instant learntAt = Instant.MIN;

    /** Something was seen, or may have been: the run begins anew. */
    void breakRun() {
        run = 0;
    }

    /** Nothing was seen in the whole zone. */
    void sawNothing(Instant at, Luma luma, LightMode light, Box zone) {
        if (run == 0 || light != runLight) {
            run = 0;
            runSince = at;
            runLight = light;
        }
        run++;
        boolean due = !patches.containsKey(light) || !at.isBefore(learntAt.plus(RENEWED_EVERY));
        if (due && run >= LOOKS && !at.isBefore(runSince.plus(SPAN))) {
            patches.put(light, luma.patch(zone));
            learntAt = at;
        }
    }

    /** Whether a part looks other than when it was clean; empty if that was not learnt. */
    Optional<Boolean> differs(Box part, Luma now, LightMode light, double noise) {
        Patch clean = patches.get(light);
        return clean == null ? Optional.empty() : Optional.of(new EdgeChange(clean, now, noise).changed(part));
    }

    void write(DataOutput out) throws IOException {
        for (LightMode mode : LightMode.values()) {
            Saved.write(out, patches.get(mode));
        }
        Saved.write(out, learntAt);
    }

    void read(DataInput in) throws IOException {
        for (LightMode mode : LightMode.values()) {
            Patch patch = Saved.readPatch(in);
            if (patch != null) {
                patches.put(mode, patch);
            }
        }
        learntAt = Saved.readInstant(in);
    }
}
