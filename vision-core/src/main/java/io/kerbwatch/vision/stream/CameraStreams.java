package io.kerbwatch.vision.stream;

import java.time.Duration;
import java.time.InstantSource;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** What all sessions share: the pace at which they are opened, and the watchdog over their readers. */
public final class CameraStreams implements AutoCloseable {
    private static final Duration BETWEEN_STARTS = Duration.ofMillis(50);
    private static final Duration BETWEEN_STARTS_OF_HOST = Duration.ofMillis(150);

    private final InstantSource clock;
    private final AddressPolicy addresses;
    private final StartPacer pacer;
    private final Set<CameraStream> open = ConcurrentHashMap.newKeySet();
    private final ScheduledExecutorService watchdog = Executors.newSingleThreadScheduledExecutor(work -> {
        Thread thread = new Thread(work, "stream-watchdog");
        thread.setDaemon(true);
        return thread;
    });

    /**
     * Starts the watchdog.
     *
     * @param clock stamps the packets; to be monotonic
     */
    public CameraStreams(InstantSource clock, AddressPolicy addresses) {
        this(clock, addresses, new StartPacer(BETWEEN_STARTS, BETWEEN_STARTS_OF_HOST));
    }

    CameraStreams(InstantSource clock, AddressPolicy addresses, StartPacer pacer) {
        this.clock = clock;
        this.addresses = addresses;
        this.pacer = pacer;
        var unused = watchdog.scheduleWithFixedDelay(
                () -> open.forEach(CameraStream::replaceIfStuck), 1, 1, TimeUnit.SECONDS);
    }

    /** Opens a camera's session in the background and keeps it open until it is closed. */
    public CameraStream open(CameraUrl url, StreamOptions options, CameraStream.Listener listener) {
        return start(new CameraStream(url, options, this, listener, null));
    }

    /** As {@link #open}, and every packet goes into the queue besides: for who must see all that moves. */
    public CameraStream openEvery(
            CameraUrl url, StreamOptions options, CameraStream.Listener listener, PacketQueue queue) {
        return start(new CameraStream(url, options, this, listener, queue));
    }

    private CameraStream start(CameraStream stream) {
        open.add(stream);
        stream.start();
        return stream;
    }

    Duration pace(String host) {
        return pacer.reserve(host, System.nanoTime());
    }

    InstantSource clock() {
        return clock;
    }

    AddressPolicy addresses() {
        return addresses;
    }

    void forget(CameraStream stream) {
        open.remove(stream);
    }

    /** Ends the watchdog and every session. */
    @Override
    public void close() {
        watchdog.shutdownNow();
        open.forEach(CameraStream::close);
    }
}
