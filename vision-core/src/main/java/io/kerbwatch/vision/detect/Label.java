package io.kerbwatch.vision.detect;

import java.util.Locale;

/** What the detector tells apart. A bin is labelled either {@link #BIN} or {@link #OVERFLOW}. */
public enum Label {
    /** A bin that is shut, or open with its refuse below the rim. */
    BIN,
    /** A bin whose refuse rises past its rim. */
    OVERFLOW,
    /** Refuse on the ground. */
    LITTER;

    /** The name in {@code model.json}, in COCO files and in the API. */
    public String code() {
        return name().toLowerCase(Locale.ROOT);
    }

    /**
     * The label of that name.
     *
     * @throws IllegalArgumentException if there is none
     */
    public static Label of(String code) {
        for (Label label : values()) {
            if (label.code().equals(code)) {
                return label;
            }
        }
        throw new IllegalArgumentException("no label is called '" + code + "'; there are bin, overflow, litter");
    }
}
