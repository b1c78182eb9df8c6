package io.kerbwatch.samples.dust;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.LongConsumer;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Plays dust monitors: each tells its story minute by minute over HJ 212-2017, on a line of its own, with a clock that may
 * run faster than ours. All of them share one thread. What is not answered is sent again, as real monitors do.
 */
public final class DustSender implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(DustSender.class);
    private static final long TICK_MILLIS = 50;

    private final List<Line> lines;
    private final Instant from;
    private final double speed;
    private final long begun = System.nanoTime();
    private volatile @Nullable Instant end;
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(work -> {
        Thread made = new Thread(work, "sample-dust");
        made.setDaemon(true);
        return made;
    });

    private DustSender(List<Line> lines, Instant from, double speed) {
        this.lines = lines;
        this.from = from;
        this.speed = speed;
    }

    /**
     * Starts to send.
     *
     * @param server where monitors are listened for
     * @param seed of the weather
     * @param from when the story begins; a receiver marks times ahead of its own clock
     * @param speed seconds of the story in one of ours
     * @throws IllegalArgumentException if the speed is not above 0
     */
    public static DustSender start(
            InetSocketAddress server, List<DustMonitor> monitors, long seed, Instant from, double speed) {
        return start(server, monitors, seed, from, speed, Duration.ofMinutes(1), nanos -> {});
    }

    /**
     * As the other, at another pace.
     *
     * @param every of the story's time, one packet
     * @param taken told, from the thread that sends, after how many nanoseconds a packet was said to be stored
     */
    public static DustSender start(
            InetSocketAddress server,
            List<DustMonitor> monitors,
            long seed,
            Instant from,
            double speed,
            Duration every,
            LongConsumer taken) {
        if (!(speed > 0)) {
            throw new IllegalArgumentException("the speed is above 0, not " + speed);
        }
        List<Line> lines = monitors.stream()
                .map(monitor -> new Line(monitor, seed, server, from, every, taken))
                .toList();
        DustSender sender = new DustSender(lines, from, speed);
        var unused = sender.thread.scheduleWithFixedDelay(sender::tick, 0, TICK_MILLIS, TimeUnit.MILLISECONDS);
        return sender;
    }

    /** What time it is in the story. */
    public Instant now() {
        Instant over = end;
        return over == null ? from.plus(Duration.ofNanos((long) ((System.nanoTime() - begun) * speed))) : over;
    }

    /** Lets the story end here: nothing more is measured, and what was not answered yet is still sent and heard. */
    public void measureNoMore() {
        synchronized (lines) {
            end = now();
        }
    }

    /** Packets to be sent so far, each once: those that were stored, refused, are unanswered, or were too many to keep. */
    public long measured() {
        return sum(Line::measured);
    }

    /** Packets sent so far, those that were sent again among them. */
    public long sent() {
        return sum(Line::sent);
    }

    /** Packets that the server said it has stored. */
    public long stored() {
        return sum(Line::stored);
    }

    /** Packets that the server said it does not take. */
    public long refused() {
        return sum(Line::refused);
    }

    /** Packets that were neither yet. */
    public long unanswered() {
        return sum(Line::unanswered);
    }

    private long sum(ToLongFunction<Line> of) {
        synchronized (lines) {
            return lines.stream().mapToLong(of).sum();
        }
    }

    private void tick() {
        try {
            synchronized (lines) {
                Instant now = now();
                long nanos = System.nanoTime();
                lines.forEach(line -> line.work(now, nanos));
            }
        } catch (RuntimeException e) {
            // a thrown exception would silently end the schedule
            LOG.error("The sample monitors stumbled", e);
        }
    }

    /** Hangs up and stops. */
    @Override
    public void close() {
        thread.shutdown();
        synchronized (lines) {
            lines.forEach(Line::hangUp);
        }
    }
}
