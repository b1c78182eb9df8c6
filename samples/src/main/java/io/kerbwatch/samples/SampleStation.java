package io.kerbwatch.samples;

import io.kerbwatch.samples.Request.BadRequest;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Cameras to practise on: an RTSP server on loopback whose cameras show clips in real time, and do wrong what cameras
 * do wrong, when told to. The same pictures can be had as JPEG over HTTP on the same port.
 *
 * <p>A camera shows one stream to all of its viewers, whether anyone looks or not. One thread serves them all. Where a
 * clip's truth has segments they are played as a story: a segment that loops is held until {@link #clean}. All methods
 * may be called from any thread, and have taken effect when they return.
 */
public final class SampleStation implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(SampleStation.class);
    private static final long STAGGER_NANOS = Duration.ofSeconds(2).toNanos();
    private static final long REOPEN_NANOS = Duration.ofMillis(20).toNanos();
    private static final long LONGEST_SELECT_MILLIS = 1000;

    private final Map<String, Feed> feeds = new LinkedHashMap<>();
    private final Queue<Runnable> orders = new ConcurrentLinkedQueue<>();
    private final SecureRandom random = new SecureRandom();
    private final Selector selector;
    private final RtspDesk desk = new RtspDesk(feeds);
    private final Thread thread;
    private final int port;
    private @Nullable ServerSocketChannel door;
    private long reopensAtNanos;
    private volatile boolean closed;

    private SampleStation(int port, List<SampleCamera> cameras) throws IOException {
        selector = Selector.open();
        ServerSocketChannel opened = open(port);
        door = opened;
        this.port = ((InetSocketAddress) opened.getLocalAddress()).getPort();
        long now = System.nanoTime();
        for (SampleCamera camera : cameras) {
            Feed feed = new Feed(camera, now, random.nextInt(), Long.toHexString(random.nextLong()));
            if (feeds.put(camera.name(), feed) != null) {
                throw new IllegalArgumentException("Two sample cameras are named '" + camera.name() + "'");
            }
        }
        stagger();
        thread = new Thread(this::work, "sample-station");
        thread.setDaemon(true);
    }

    /**
     * Opens a station on a free port.
     *
     * @throws IOException if it cannot listen
     */
    public static SampleStation start(List<SampleCamera> cameras) throws IOException {
        return start(0, cameras);
    }

    /**
     * Opens a station.
     *
     * @param port on loopback; 0 for a free one
     * @throws IOException if it cannot listen there
     */
    public static SampleStation start(int port, List<SampleCamera> cameras) throws IOException {
        SampleStation station = new SampleStation(port, cameras);
        station.thread.start();
        return station;
    }

    /** Where it listens, on 127.0.0.1. */
    public int port() {
        return port;
    }

    /** {@code rtsp://127.0.0.1:PORT/NAME}, with user and password where the camera asks for them. */
    public URI url(String camera) {
        return address("rtsp", camera, "");
    }

    /** {@code http://127.0.0.1:PORT/NAME.mjpeg}: its key frames as JPEG, in one answer that does not end. */
    public URI httpUrl(String camera) {
        return address("http", camera, ".mjpeg");
    }

    /** The names of its cameras. */
    public List<String> cameras() {
        return List.copyOf(feeds.keySet());
    }

    /** The segment that the camera shows now; {@code whole} for a clip without segments. */
    public String segment(String camera) {
        return ask(() -> feed(camera).playback().segment());
    }

    /** How many look at the camera now. */
    public int viewers(String camera) {
        return ask(() -> feed(camera).viewerCount());
    }

    /**
     * Lets the place be cleaned: from its next key frame on the camera shows the cleaning, then the clean place. Does
     * nothing where it is clean or being cleaned.
     */
    public void clean(String camera) {
        tell(() -> feed(camera).playback().clean());
    }

    /** Puts the camera out of order until {@link #mend}; the fault before it ends. */
    public void fault(String camera, Fault fault) {
        tell(() -> feed(camera).fault(fault));
    }

    /** Ends the camera's fault; its stream goes on where it would be without. */
    public void mend(String camera) {
        tell(() -> feed(camera).fault(null));
    }

    /** Stops sending; connections stay. */
    public void stall(String camera) {
        fault(camera, Fault.STALLED);
    }

    /** Ends {@link #stall}. */
    public void resume(String camera) {
        mend(camera);
    }

    /** Answers 404 to whoever comes from now on. */
    public void refuse(String camera) {
        fault(camera, Fault.REFUSED);
    }

    /** Ends {@link #refuse}. */
    public void allow(String camera) {
        mend(camera);
    }

    /** Resets the connections of the camera's viewers in the middle of a picture; they may come back at once. */
    public void drop(String camera) {
        tell(() -> feed(camera).drop());
    }

    /** Shows another clip from the next picture on, in the same stream; the size of the picture may change with it. */
    public void show(String camera, Clip clip) {
        tell(() -> feed(camera).show(clip));
    }

    /** Resets all connections, and listens again on the same port after a while; meanwhile nobody can connect. */
    public void restart(Duration after) {
        tell(() -> {
            resetAll();
            reopensAtNanos = System.nanoTime() + after.toNanos();
        });
    }

    /** Resets all connections and stops listening. */
    @Override
    public void close() {
        if (!closed) {
            closed = true;
            selector.wakeup();
            try {
                thread.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** Cameras that all begin now would send their key frames at one moment for ever. */
    private void stagger() {
        int i = 0;
        for (Feed feed : feeds.values()) {
            feed.delayAfterFirst(STAGGER_NANOS * i++ / feeds.size());
        }
    }

    private URI address(String scheme, String camera, String suffix) {
        Login login = feed(camera).camera().login();
        String user = login == null ? "" : encoded(login.user()) + ":" + encoded(login.password()) + "@";
        return URI.create(scheme + "://" + user + "127.0.0.1:" + port + "/" + camera + suffix);
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    private Feed feed(String camera) {
        return Optional.ofNullable(feeds.get(camera))
                .orElseThrow(() -> new IllegalArgumentException(
                        "No sample camera is named '" + camera + "'; there are " + feeds.keySet()));
    }

    private void tell(Runnable order) {
        ask(() -> {
            order.run();
            return true;
        });
    }

    private <T> T ask(Supplier<T> question) {
        CompletableFuture<T> answer = new CompletableFuture<>();
        orders.add(() -> {
            try {
                answer.complete(question.get());
            } catch (RuntimeException e) {
                answer.completeExceptionally(e);
            }
        });
        selector.wakeup();
        if (closed) {
            throw new IllegalStateException("The sample station is closed");
        }
        try {
            return answer.join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof RuntimeException cause ? cause : e;
        }
    }

    private void work() {
        try {
            while (!closed) {
                selector.select(untilNextMillis());
                for (Runnable order = orders.poll(); order != null; order = orders.poll()) {
                    order.run();
                }
                serveReady();
                reopen();
                showDue();
            }
        } catch (IOException e) {
            LOG.error("The sample station stops: {}", e.getMessage(), e);
        } finally {
            closed = true;
            resetAll();
            orders.forEach(Runnable::run);
            closeSelector();
        }
    }

    private void closeSelector() {
        try {
            selector.close();
        } catch (IOException e) {
            LOG.debug("The selector was closed already: {}", e.getMessage());
        }
    }

    private long untilNextMillis() {
        long now = System.nanoTime();
        long next = feeds.values().stream()
                .mapToLong(feed -> feed.dueNanos() - now)
                .min()
                .orElse(Long.MAX_VALUE);
        if (door == null) {
            next = Math.min(next, reopensAtNanos - now);
        }
        // 0 would wait for ever; a part of a millisecond too late does no harm
        return Math.max(1, Math.min(next / 1_000_000 + 1, LONGEST_SELECT_MILLIS));
    }

    private void serveReady() {
        for (SelectionKey key : selector.selectedKeys()) {
            if (!key.isValid()) {
                continue;
            }
            if (key.attachment() instanceof Viewer viewer) {
                serve(viewer, key);
            } else {
                admit();
            }
        }
        selector.selectedKeys().clear();
    }

    private void admit() {
        try {
            SocketChannel channel = door == null ? null : door.accept();
            if (channel != null) {
                channel.configureBlocking(false);
                channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
                SelectionKey key = channel.register(selector, SelectionKey.OP_READ);
                key.attach(new Viewer(channel, key));
            }
        } catch (IOException e) {
            LOG.debug("A viewer left before it was let in: {}", e.getMessage());
        }
    }

    private void serve(Viewer viewer, SelectionKey key) {
        try {
            if (key.isWritable()) {
                viewer.write();
            }
            if (key.isReadable()) {
                viewer.read();
                for (Optional<Request> next = viewer.nextRequest(); next.isPresent(); next = viewer.nextRequest()) {
                    desk.serve(viewer, next.get());
                }
            }
        } catch (IOException | BadRequest e) {
            LOG.debug("A viewer is gone: {}", e.getMessage());
            dismiss(viewer);
        }
    }

    private void dismiss(Viewer viewer) {
        feeds.values().forEach(feed -> feed.dismiss(viewer));
        viewer.close();
    }

    private void showDue() {
        for (Feed feed : feeds.values()) {
            feed.skipLongPause(System.nanoTime());
            while (feed.dueNanos() - System.nanoTime() <= 0) {
                feed.showNext().forEach(this::dismiss);
            }
        }
    }

    private void resetAll() {
        feeds.values().forEach(Feed::drop);
        for (SelectionKey key : List.copyOf(selector.keys())) {
            if (key.attachment() instanceof Viewer viewer) {
                viewer.close();
            }
        }
        ServerSocketChannel open = door;
        door = null;
        if (open != null) {
            try {
                open.close();
            } catch (IOException e) {
                LOG.debug("The port was closed already: {}", e.getMessage());
            }
        }
    }

    private void reopen() {
        if (door == null && System.nanoTime() - reopensAtNanos >= 0) {
            try {
                door = open(port);
                feeds.values().forEach(feed -> feed.renumber(random.nextInt()));
            } catch (IOException e) {
                LOG.debug("The port {} is not free yet: {}", port, e.getMessage());
                reopensAtNanos = System.nanoTime() + REOPEN_NANOS;
            }
        }
    }

    private ServerSocketChannel open(int wanted) throws IOException {
        ServerSocketChannel opened = ServerSocketChannel.open();
        try {
            opened.setOption(StandardSocketOptions.SO_REUSEADDR, true);
            opened.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), wanted), 1024);
            opened.configureBlocking(false);
            opened.register(selector, SelectionKey.OP_ACCEPT);
            return opened;
        } catch (IOException e) {
            opened.close();
            throw e;
        }
    }
}
