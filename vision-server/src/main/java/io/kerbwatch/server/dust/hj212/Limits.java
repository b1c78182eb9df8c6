package io.kerbwatch.server.dust.hj212;

import java.time.Duration;

/**
 * What the receiver takes before it defends itself.
 *
 * @param connections in total
 * @param connectionsPerAddress of one address; a gateway of many monitors needs more than one
 * @param idle after which a silent connection is closed
 * @param packetsPerSecond of one connection, over time; a faster one is read more slowly, nothing is lost
 * @param burst packets that may come at once, as after a lost link
 * @param noiseBytes without a good packet among them after which a connection is closed
 * @param wrongPasswords after which a connection is closed
 * @param storing how long the listener may take
 * @param splitWait for the other parts of a split packet
 * @param remembered packets that are known again when they are sent twice
 * @param future how far a device's clock may be ahead
 * @param late how much later than its kind allows a report may come
 */
public record Limits(
        int connections,
        int connectionsPerAddress,
        Duration idle,
        int packetsPerSecond,
        int burst,
        int noiseBytes,
        int wrongPasswords,
        Duration storing,
        Duration splitWait,
        int remembered,
        Duration future,
        Duration late) {
    /** Reports in one call of the listener, at most. */
    static final int BATCH = 64;

    /** For some hundred monitors that send every minute or faster. */
    public static final Limits DEFAULT = new Limits(
            512,
            32,
            Duration.ofMinutes(15),
            20,
            200,
            256 * 1024,
            10,
            Duration.ofSeconds(30),
            Duration.ofSeconds(60),
            65_536,
            Duration.ofMinutes(5),
            Duration.ofMinutes(5));

    /** The same for more or fewer connections. */
    public Limits withConnections(int all, int fromOneAddress) {
        return new Limits(
                all,
                fromOneAddress,
                idle,
                packetsPerSecond,
                burst,
                noiseBytes,
                wrongPasswords,
                storing,
                splitWait,
                remembered,
                future,
                late);
    }
}
