package io.kerbwatch.samples;

/** How the pictures of a clip are coded. */
enum Codec {
    /** RTP payload of RFC 6184. */
    H264,
    /** RTP payload of RFC 7798. */
    H265
}
