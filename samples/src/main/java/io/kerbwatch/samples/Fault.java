package io.kerbwatch.samples;

/** What a sample camera can do wrong, lastingly; one at a time. */
public enum Fault {
    /** Sends nothing more; connections stay open and requests are still answered. */
    STALLED,
    /** Answers 404 to everyone who comes. */
    REFUSED,
    /** Accepts connections and never answers DESCRIBE (over HTTP: never answers). */
    SILENT,
    /** Agrees to everything and never sends a picture. */
    MUTE,
    /** Sends all pictures except those that decoding can begin with. */
    NO_KEY_FRAMES,
    /** Sends packets with right headers and noise for content. */
    GARBLED,
    /** Describes an audio track and no video. */
    NO_VIDEO,
    /** Describes a video coding that nobody knows. */
    UNKNOWN_CODEC
}
