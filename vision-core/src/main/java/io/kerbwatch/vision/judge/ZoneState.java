package io.kerbwatch.vision.judge;

import java.util.Locale;

/** How a zone stands, for one kind. */
public enum ZoneState {
    /** Nothing speaks for dirt. */
    CLEAN,
    /** Something does, not for long enough yet. */
    SUSPECTED,
    /** Confirmed. */
    DIRTY,
    /** Confirmed, and looks say that it is gone, not for long enough yet. */
    CLEARING;

    /** The name in the API. */
    public String code() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Whether a finding is confirmed and not cleared. */
    public boolean dirty() {
        return this == DIRTY || this == CLEARING;
    }
}
