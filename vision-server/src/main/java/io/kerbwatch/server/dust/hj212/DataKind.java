package io.kerbwatch.server.dust.hj212;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** What a report covers: its CN (HJ 212-2017). */
public enum DataKind {
    /** The value of a moment, CN 2011. */
    REAL_TIME("2011", Duration.ZERO),
    /** A mean over some minutes, CN 2051; the device's setting says how many, mostly 1, 5 or 10. */
    MINUTE("2051", Duration.ofMinutes(10)),
    /** A mean over the hour that begins at the report's time, CN 2061. */
    HOUR("2061", Duration.ofHours(1)),
    /** A mean over the day that begins at the report's time, CN 2031. */
    DAY("2031", Duration.ofDays(1));

    private final String command;
    private final Duration longest;

    DataKind(String command, Duration longest) {
        this.command = command;
        this.longest = longest;
    }

    /** The CN in a packet. */
    public String command() {
        return command;
    }

    /** How long after its own time a report comes at the latest when nothing is wrong. */
    Duration longest() {
        return longest;
    }

    static @Nullable DataKind of(String command) {
        for (DataKind kind : values()) {
            if (kind.command.equals(command)) {
                return kind;
            }
        }
        return null;
    }
}
