package io.kerbwatch.server.fault;

/** How much of a fault: a little always, all of it with the profile {@code faults}. */
final class FaultScale {
    private static final boolean FULL = Boolean.getBoolean("kerbwatch.test.faults");

    private FaultScale() {}

    static int of(int little, int full) {
        return FULL ? full : little;
    }
}
