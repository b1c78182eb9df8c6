package io.kerbwatch.vision.stream;

import java.time.Instant;

/**
 * One encoded picture of a stream that is decoded from its first to its last.
 *
 * @param data not copied, not to be changed; parameter sets stand in front of key packets
 * @param key whether it can be decoded by itself
 * @param follows whether it comes right after the one that was taken before; if not, pictures between were lost, and
 *     only a key packet can be decoded
 * @param arrival when it was received
 */
public record StreamPacket(Codec codec, byte[] data, boolean key, boolean follows, Instant arrival) {}
