package io.kerbwatch.server.command.benchmark;

import java.io.IOException;
import java.util.Collection;
import java.util.Optional;

/** One way to read cameras, at work in processes that can be measured from outside. */
sealed interface Reader extends AutoCloseable permits OwnReader, FrigateReader, GrabberReader {
    /** Whose processor time and memory is its. */
    Collection<Long> processes();

    /** Pictures that it has delivered since its start, over all cameras. */
    long pictures() throws IOException;

    /** Whether every camera has delivered. */
    boolean up() throws IOException;

    /** Where its time went since its start; empty if it cannot say. */
    Optional<Split> split() throws IOException;

    @Override
    void close();

    /**
     * Processor time by what it was spent on, in milliseconds.
     *
     * @param receive the reading threads
     * @param decode key frames to pictures
     * @param scale to the detector's input
     * @param scene grey, motion, background, view, change gate
     * @param inference the detector
     * @param judge votes
     */
    record Split(double receive, double decode, double scale, double scene, double inference, double judge) {
        Split minus(Split o) {
            return new Split(
                    receive - o.receive,
                    decode - o.decode,
                    scale - o.scale,
                    scene - o.scene,
                    inference - o.inference,
                    judge - o.judge);
        }

        Split over(double streamSeconds) {
            return new Split(
                    receive / streamSeconds,
                    decode / streamSeconds,
                    scale / streamSeconds,
                    scene / streamSeconds,
                    inference / streamSeconds,
                    judge / streamSeconds);
        }

        double sum() {
            return receive + decode + scale + scene + inference + judge;
        }

        /** What one further look costs. */
        double ofLooks() {
            return sum() - receive;
        }
    }
}
