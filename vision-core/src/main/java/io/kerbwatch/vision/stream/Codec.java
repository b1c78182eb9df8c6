package io.kerbwatch.vision.stream;

import java.util.Locale;

/** How pictures are encoded; those that can be read. */
public enum Codec {
    H264,
    H265,
    MJPEG,
    PNG,
    WEBP;

    /** The name in the API. */
    public String code() {
        return name().toLowerCase(Locale.ROOT);
    }
}
