package io.kerbwatch.vision.stream;

import java.time.Instant;

/**
 * One encoded picture that can be decoded by itself: for H.264 and H.265 in Annex B form with its parameter sets in
 * front.
 *
 * @param data not copied, not to be changed
 * @param arrival when it was received
 * @param sequence counts up with each key packet of a session's stream, over reconnects too
 */
public record KeyPacket(Codec codec, byte[] data, Instant arrival, long sequence) {}
