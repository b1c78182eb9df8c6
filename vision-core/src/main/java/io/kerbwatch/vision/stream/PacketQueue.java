package io.kerbwatch.vision.stream;

import io.kerbwatch.vision.stream.PacketSource.Received;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Optional;

/**
 * Every packet of a session, for one thread that decodes them all. It never makes the reader wait: when it is full, all
 * of it is dropped and it goes on at the next key packet, since a picture whose predecessors are gone cannot be decoded.
 */
public final class PacketQueue {
    private final int room;
    private final ArrayDeque<StreamPacket> packets = new ArrayDeque<>();
    private boolean broken = true;
    private long dropped;
    private long overflows;

    /** A queue for that many packets: some seconds of the stream. */
    public PacketQueue(int room) {
        if (room < 1) {
            throw new IllegalArgumentException("a queue for " + room + " packets holds none");
        }
        this.room = room;
    }

    /** @param opened whether the session begins with this packet, so that it follows no other */
    synchronized void put(Received received, Instant arrival, boolean opened) {
        if (packets.size() >= room) {
            dropped += packets.size();
            overflows++;
            packets.clear();
            broken = true;
        }
        broken |= opened;
        if (broken && !received.key()) {
            dropped++;
            return;
        }
        packets.add(new StreamPacket(received.codec(), received.data(), received.key(), !broken, arrival));
        broken = false;
        notifyAll();
    }

    /** The oldest packet, waited for no longer than that; empty if none came. */
    public synchronized Optional<StreamPacket> take(Duration limit) throws InterruptedException {
        long end = System.nanoTime() + limit.toNanos();
        while (packets.isEmpty()) {
            long left = end - System.nanoTime();
            if (left <= 0) {
                return Optional.empty();
            }
            wait(left / 1_000_000, (int) (left % 1_000_000));
        }
        return Optional.of(packets.remove());
    }

    /** How often it was full, so that what the camera showed meanwhile was seen by nobody. */
    public synchronized long overflows() {
        return overflows;
    }

    /** How many packets were dropped because nobody took them in time, or because no key packet had come before them. */
    public synchronized long dropped() {
        return dropped;
    }
}
