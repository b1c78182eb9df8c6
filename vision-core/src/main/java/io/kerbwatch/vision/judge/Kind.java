package io.kerbwatch.vision.judge;

import io.kerbwatch.vision.detect.Label;
import java.util.Locale;

/** What can be wrong with a place. */
public enum Kind {
    /** 垃圾满溢: a bin overflows. */
    OVERFLOW(Label.OVERFLOW),
    /** 暴露垃圾: refuse lies on the ground. */
    LITTER(Label.LITTER);

    private final Label label;

    Kind(Label label) {
        this.label = label;
    }

    /** The detector's label that speaks for this kind. */
    public Label label() {
        return label;
    }

    /** The name in the API and in files. */
    public String code() {
        return name().toLowerCase(Locale.ROOT);
    }

    /**
     * The kind of that name.
     *
     * @throws IllegalArgumentException if there is none
     */
    public static Kind of(String code) {
        for (Kind kind : values()) {
            if (kind.code().equals(code)) {
                return kind;
            }
        }
        throw new IllegalArgumentException("no kind is called '" + code + "'; there are overflow, litter");
    }
}
