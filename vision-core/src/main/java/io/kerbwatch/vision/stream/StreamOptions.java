package io.kerbwatch.vision.stream;

import java.time.Duration;

/**
 * Deadlines of a session.
 *
 * @param connect until the camera has answered everything up to PLAY
 * @param firstKeyFrame from then until a key frame has come; cameras with long key-frame distances need it long
 * @param silence without any packet before the session is given up
 * @param stuck how long a reader may overrun its deadline before it is abandoned and replaced
 * @param firstRetry ceiling of the first pause after a failure; each further one doubles
 * @param longestRetry ceiling of all pauses
 * @param settled of good pictures, after which the pauses start small again
 */
public record StreamOptions(
        Duration connect,
        Duration firstKeyFrame,
        Duration silence,
        Duration stuck,
        Duration firstRetry,
        Duration longestRetry,
        Duration settled) {
    /** What holds where nobody says otherwise. */
    public static StreamOptions defaults() {
        return new StreamOptions(
                Duration.ofSeconds(8),
                Duration.ofSeconds(30),
                Duration.ofSeconds(10),
                Duration.ofSeconds(10),
                Duration.ofSeconds(1),
                Duration.ofSeconds(60),
                Duration.ofSeconds(60));
    }
}
