package io.kerbwatch.vision.stream;

import io.kerbwatch.vision.stream.PacketSource.Received;
import io.kerbwatch.vision.stream.StreamHealth.Grade;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.OptionalDouble;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Keeps one camera's session open and puts its newest key packet into a mailbox.
 *
 * <p>One thread reads and does nothing else. If it overruns its deadline in native code and does not come back, the
 * watchdog leaves it behind and starts another: the one that was left cleans up after itself if it ever returns, and
 * {@link #abandoned()} counts it. A reader that was left behind can change nothing here any more, because all that it
 * could change asks whether it is still the current one.
 */
public final class CameraStream implements AutoCloseable {
    private static final int STACK_BYTES = 512 << 10;
    private static final int DISTANCES = 8;

    private final CameraUrl url;
    private final StreamOptions options;
    private final CameraStreams streams;
    private final Listener listener;
    private final @Nullable PacketQueue queue;
    private final KeyPacketMailbox mailbox = new KeyPacketMailbox();
    private final AtomicLong sequence = new AtomicLong();
    private final AtomicLong abandoned = new AtomicLong();
    private final AtomicLong reconnects = new AtomicLong();
    private final double[] distances = new double[DISTANCES];
    private int distanceCount;
    private volatile StreamHealth health = new StreamHealth(Grade.CONNECTING, "has not been opened yet");
    private volatile @Nullable Reader reader;
    private volatile boolean closed;

    /** Told of what happens, from the reading thread; to be quick. */
    public interface Listener {
        /** A key packet lies in the mailbox. */
        void packet();

        /** The health changed. */
        void health(StreamHealth health);
    }

    CameraStream(
            CameraUrl url,
            StreamOptions options,
            CameraStreams streams,
            Listener listener,
            @Nullable PacketQueue queue) {
        this.url = url;
        this.options = options;
        this.streams = streams;
        this.listener = listener;
        this.queue = queue;
    }

    synchronized void start() {
        if (!closed) {
            Reader next = new Reader();
            reader = next;
            next.thread.start();
        }
    }

    /** Where its newest key packet lies. */
    public KeyPacketMailbox mailbox() {
        return mailbox;
    }

    /** How the session fares now. */
    public StreamHealth health() {
        return health;
    }

    /** How many readers had to be left behind in native code. */
    public long abandoned() {
        return abandoned.get();
    }

    /** How often the session was opened again. */
    public long reconnects() {
        return reconnects.get();
    }

    /** Median of the last distances between key frames in seconds; empty until two have come. */
    public OptionalDouble keyFrameSeconds() {
        synchronized (distances) {
            int n = Math.min(distanceCount, DISTANCES);
            if (n == 0) {
                return OptionalDouble.empty();
            }
            double[] sorted = Arrays.copyOf(distances, n);
            Arrays.sort(sorted);
            return OptionalDouble.of(sorted[n / 2]);
        }
    }

    /** Called by the watchdog: replaces the reader if it is stuck. */
    void replaceIfStuck() {
        Reader current = reader;
        if (current != null && !closed && current.deadline.overBy(options.stuck())) {
            abandoned.incrementAndGet();
            current.deadline.interrupt();
            tell(
                    current,
                    new StreamHealth(
                            Grade.STALLED, url + " holds the reader; it was left behind and a new one takes over"));
            start();
        }
    }

    private synchronized void tell(Reader from, StreamHealth now) {
        if (from == reader && !closed && !now.equals(health)) {
            health = now;
            listener.health(now);
        }
    }

    /** Ends the session. Its thread ends soon after, at the latest when native code comes back. */
    @Override
    public void close() {
        Reader current;
        synchronized (this) {
            closed = true;
            current = reader;
            reader = null;
        }
        if (current != null) {
            current.end();
        }
        streams.forget(this);
    }

    private final class Reader implements Runnable {
        private final Thread thread = new Thread(null, this, "camera-" + url.host(), STACK_BYTES);
        private final Deadline deadline = new Deadline();
        private final Backoff backoff =
                new Backoff(options.firstRetry(), options.longestRetry(), ThreadLocalRandom.current());
        private volatile @Nullable PacketSource source;

        private Reader() {
            thread.setDaemon(true);
        }

        private boolean current() {
            return reader == this && !closed;
        }

        private void end() {
            deadline.interrupt();
            PacketSource open = source;
            if (open != null) {
                open.interrupt();
            }
            LockSupport.unpark(thread);
        }

        @Override
        public void run() {
            Duration wait = Duration.ZERO;
            while (current()) {
                pause(wait);
                pause(streams.pace(url.host()));
                if (!current()) {
                    return;
                }
                try {
                    readSession();
                } catch (StreamException e) {
                    wait = backoff.next();
                    tell(this, new StreamHealth(e.grade(), e.reason()));
                }
            }
        }

        /** Waits without anything being late. */
        private void pause(Duration time) {
            deadline.in(time.plus(options.connect()));
            long end = System.nanoTime() + time.toNanos();
            for (long left = time.toNanos(); left > 0 && current(); left = end - System.nanoTime()) {
                LockSupport.parkNanos(left);
            }
        }

        private void readSession() {
            if (health.grade() == Grade.LIVE) {
                tell(this, new StreamHealth(Grade.CONNECTING, url + " is being opened again"));
            }
            // The name is looked up at each session, since cameras move; the look-up itself may take long.
            deadline.in(options.connect());
            InetAddress address;
            try {
                address = streams.addresses().resolve(url.host());
            } catch (UnknownHostException e) {
                throw new StreamException(
                        Grade.OFFLINE,
                        url + ": the name " + url.host() + " has no address; write the camera's IP address");
            }
            try (PacketSource open = url.scheme().equals("http")
                    ? MjpegSource.open(url, address, options, deadline)
                    : AvformatSource.open(url, address, options, deadline, queue != null)) {
                source = open;
                reconnects.incrementAndGet();
                long first = 0;
                long last = 0;
                boolean opened = true;
                while (current()) {
                    Received received = open.next();
                    if (!current()) {
                        return;
                    }
                    Instant arrival = streams.clock().instant();
                    if (queue != null) {
                        queue.put(received, arrival, opened);
                        opened = false;
                    }
                    if (!received.key()) {
                        continue;
                    }
                    long now = System.nanoTime();
                    if (last == 0) {
                        first = now;
                    } else {
                        measured((now - last) / 1e9);
                    }
                    last = now;
                    if (now - first > options.settled().toNanos()) {
                        backoff.reset();
                    }
                    mailbox.put(new KeyPacket(received.codec(), received.data(), arrival, sequence.incrementAndGet()));
                    tell(this, StreamHealth.live());
                    listener.packet();
                }
            } finally {
                source = null;
            }
        }
    }

    private void measured(double seconds) {
        synchronized (distances) {
            distances[distanceCount++ % DISTANCES] = seconds;
        }
    }
}
