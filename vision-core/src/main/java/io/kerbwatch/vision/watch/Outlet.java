package io.kerbwatch.vision.watch;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells the sink, in order per camera, again and again until it takes what it is told. A sink that fails for one camera
 * holds up no other, and none of the threads that look at pictures.
 */
final class Outlet implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Outlet.class);
    private static final Duration FIRST_PAUSE = Duration.ofMillis(200);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(10);

    private final ScheduledExecutorService threads = Executors.newScheduledThreadPool(2, work -> {
        Thread thread = new Thread(work, "findings");
        thread.setDaemon(true);
        return thread;
    });
    private final Map<String, Deque<Message>> waiting = new HashMap<>();

    /** Something to tell, and what to do once it was taken. */
    record Message(Runnable tell, Runnable taken, String what) {}

    void put(String camera, Message message) {
        synchronized (waiting) {
            Deque<Message> queue = waiting.computeIfAbsent(camera, c -> new ArrayDeque<>());
            queue.addLast(message);
            if (queue.size() == 1) {
                schedule(camera, message, Duration.ZERO, FIRST_PAUSE);
            }
        }
    }

    private void schedule(String camera, Message message, Duration delay, Duration nextPause) {
        if (!threads.isShutdown()) {
            var unused =
                    threads.schedule(() -> tell(camera, message, nextPause), delay.toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    private void tell(String camera, Message message, Duration pause) {
        try {
            message.tell.run();
            message.taken.run();
        } catch (RuntimeException e) {
            log.warn(
                    "camera={} {} could not be handed over, is tried again in {} ms",
                    camera,
                    message.what,
                    pause.toMillis(),
                    e);
            Duration doubled = pause.multipliedBy(2);
            schedule(camera, message, pause, doubled.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : doubled);
            return;
        }
        synchronized (waiting) {
            Deque<Message> queue = waiting.get(camera);
            if (queue != null) {
                queue.removeFirst();
                Message next = queue.peekFirst();
                if (next == null) {
                    waiting.remove(camera);
                } else {
                    schedule(camera, next, Duration.ZERO, FIRST_PAUSE);
                }
            }
        }
    }

    @Override
    public void close() {
        threads.shutdown();
        try {
            if (!threads.awaitTermination(5, TimeUnit.SECONDS)) {
                threads.shutdownNow();
            }
        } catch (InterruptedException e) {
            threads.shutdownNow();
            Thread.currentThread().interrupt();
        }
    }
}
