package io.kerbwatch.vision.stream;

import java.util.Locale;

/**
 * How a session fares.
 *
 * @param reason in plain words, what is wrong and what to look at; empty while live
 */
public record StreamHealth(Grade grade, String reason) {
    /** How well it goes. */
    public enum Grade {
        /** Being opened, or open and waiting for its first key frame. */
        CONNECTING,
        /** Key frames come. */
        LIVE,
        /** The session stands but nothing useful comes. */
        STALLED,
        /** The camera cannot be reached. */
        OFFLINE,
        /** The camera, or this installation, says no: password, path, address. */
        REFUSED,
        /** What comes cannot be made a picture of. */
        UNDECODABLE;

        /** The name in the API. */
        public String code() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    static StreamHealth live() {
        return new StreamHealth(Grade.LIVE, "");
    }
}
