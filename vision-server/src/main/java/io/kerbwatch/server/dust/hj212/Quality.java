package io.kerbwatch.server.dust.hj212;

/** How far a reading can be trusted: the flag of the monitor (HJ 212-2017), and our own look at the number. */
public enum Quality {
    /** Flag N or none, and a number that can be. */
    OK,
    /** Flag F: the monitor stands still. */
    STOPPED,
    /** Flag M: it is being maintained. */
    MAINTENANCE,
    /** Flag S: somebody typed it. */
    MANUAL,
    /** Flag D: it is broken. */
    FAULT,
    /** Flag C: it is being calibrated. */
    CALIBRATION,
    /** Flag T: it reads past the end of its scale. */
    OVER_RANGE,
    /** Flag B: the logger does not reach it. */
    COMMUNICATION_FAULT,
    /** A flag that the standard does not have. */
    UNKNOWN_FLAG,
    /** The number cannot be: negative, or beyond anything. */
    OUT_OF_RANGE,
    /** No number came. */
    MISSING;

    static Quality of(String flag) {
        if (flag.length() > 1) {
            return UNKNOWN_FLAG;
        }
        return switch (flag.isEmpty() ? 'N' : flag.charAt(0)) {
            case 'N', 'n' -> OK;
            case 'F', 'f' -> STOPPED;
            case 'M', 'm' -> MAINTENANCE;
            case 'S', 's' -> MANUAL;
            case 'D', 'd' -> FAULT;
            case 'C', 'c' -> CALIBRATION;
            case 'T', 't' -> OVER_RANGE;
            case 'B', 'b' -> COMMUNICATION_FAULT;
            default -> UNKNOWN_FLAG;
        };
    }
}
