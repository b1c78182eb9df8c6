package io.kerbwatch.vision.snapshot;

import io.kerbwatch.vision.scene.Luma;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.Optional;

/**
 * What a view looks like without the people in it: the median of its last looks, at half the size of the detector's
 * input. Someone who stood still in fewer than half of them is not in it. One a camera; for one thread at a time.
 */
public final class Background {
    private static final int LOOKS = 21;
    private static final int ENOUGH = 20;
    private static final Duration APART = Duration.ofSeconds(4);

    private final Deque<Luma> looks = new ArrayDeque<>();
    private Instant last = Instant.MIN;

    /** Takes one look; looks that follow sooner than a few seconds are passed over. */
    public void look(Luma luma, Instant at) {
        Luma half = luma.shrunk(2);
        boolean otherSize = !looks.isEmpty()
                && (looks.getLast().width() != half.width() || looks.getLast().height() != half.height());
        if (otherSize) {
            looks.clear();
        } else if (!last.equals(Instant.MIN) && at.isBefore(last.plus(APART))) {
            return;
        }
        last = at;
        looks.addLast(half);
        if (looks.size() > LOOKS) {
            looks.removeFirst();
        }
    }

    /** The median; empty before enough looks were taken. */
    public Optional<Luma> median() {
        if (looks.size() < ENOUGH) {
            return Optional.empty();
        }
        Luma[] all = looks.toArray(Luma[]::new);
        byte[] median = new byte[all[0].grey().length];
        int[] values = new int[all.length];
        for (int i = 0; i < median.length; i++) {
            for (int k = 0; k < all.length; k++) {
                values[k] = all[k].grey()[i] & 0xff;
            }
            Arrays.sort(values);
            median[i] = (byte) values[values.length / 2];
        }
        return Optional.of(new Luma(all[0].width(), all[0].height(), median));
    }
}
