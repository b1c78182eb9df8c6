package io.kerbwatch.server.dust.hj212;

/** How a report's own time stands to the clock of the server and to what its device sent before. */
public enum Timing {
    /** As it should be. */
    ON_TIME,
    /** Older than a report of this kind that came before, or sent long after its time: a line that came back. */
    LATE,
    /** Ahead of the server's clock by more than the tolerance: the device's clock or zone is wrong. */
    FUTURE
}
