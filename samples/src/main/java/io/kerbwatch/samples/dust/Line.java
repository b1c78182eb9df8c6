package io.kerbwatch.samples.dust;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongConsumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One monitor and its line. It never blocks: a line that takes nothing just leaves more to send later. What was not answered
 * is kept and sent again when the line comes back, oldest first.
 */
final class Line {
    private static final Pattern ANSWER = Pattern.compile("QN=(\\d{17});ST=91;CN=(\\d{4});");
    /** Minutes that a monitor remembers: two days. */
    private static final int MEMORY = 2880;

    private static final int AT_ONCE = 100;
    private static final long PATIENCE_NANOS = 2_000_000_000L;

    private final DustMonitor monitor;
    private final long seed;
    private final InetSocketAddress server;
    private final Duration every;
    private final LongConsumer taken;
    /** When each packet was first sent, by the clock of the Java machine. */
    private final Map<String, Long> since = new HashMap<>();

    private final Map<String, byte[]> unanswered = new LinkedHashMap<>();
    private final Deque<String> toSend = new ArrayDeque<>();
    private final ByteBuffer coming = ByteBuffer.allocate(4096);
    private final StringBuilder heard = new StringBuilder();
    private Instant next;
    private @Nullable SocketChannel channel;
    private @Nullable ByteBuffer going;
    private long quietSince;
    private long retryAt;
    private long measured;
    private long sent;
    private long stored;
    private long refused;

    Line(DustMonitor monitor, long seed, InetSocketAddress server, Instant from, Duration every, LongConsumer taken) {
        this.monitor = monitor;
        this.seed = seed;
        this.server = server;
        this.every = every;
        this.taken = taken;
        next = every.compareTo(Duration.ofMinutes(1)) < 0
                ? from.truncatedTo(ChronoUnit.SECONDS)
                : from.truncatedTo(ChronoUnit.MINUTES);
    }

    long measured() {
        return measured;
    }

    long sent() {
        return sent;
    }

    long stored() {
        return stored;
    }

    long refused() {
        return refused;
    }

    int unanswered() {
        return unanswered.size();
    }

    /** Measures what was to be measured until then, and sends and hears what the line takes. */
    void work(Instant now, long nanos) {
        while (!next.isAfter(now)) {
            String number = DustPacket.number(next);
            unanswered.put(
                    number, DustPacket.moment(monitor, next, monitor.story().at(next, seed, monitor.mn())));
            toSend.add(number);
            measured++;
            next = next.plus(every);
            if (unanswered.size() > MEMORY) {
                String oldest = unanswered.keySet().iterator().next();
                unanswered.remove(oldest);
                since.remove(oldest);
            }
        }
        if (!monitor.story().isOnLine(now)) {
            hangUp();
            return;
        }
        try {
            if (connect(nanos)) {
                write(nanos);
                hear(nanos);
            }
        } catch (IOException e) {
            hangUp();
            retryAt = nanos + PATIENCE_NANOS / 4;
        }
    }

    void hangUp() {
        SocketChannel open = channel;
        channel = null;
        going = null;
        heard.setLength(0);
        if (open != null) {
            try {
                open.close();
            } catch (IOException e) {
                // it is gone in either case
            }
        }
        toSend.clear();
        toSend.addAll(unanswered.keySet());
    }

    private boolean connect(long nanos) throws IOException {
        SocketChannel open = channel;
        if (open == null) {
            if (nanos - retryAt < 0) {
                return false;
            }
            open = SocketChannel.open();
            channel = open;
            open.configureBlocking(false);
            quietSince = nanos;
            open.connect(server);
        }
        return open.isConnected() || open.finishConnect();
    }

    private void write(long nanos) throws IOException {
        SocketChannel open = channel;
        if (open == null) {
            return;
        }
        for (int packets = 0; packets < AT_ONCE; packets++) {
            ByteBuffer rest = going;
            if (rest == null) {
                String number = toSend.poll();
                byte[] packet = number == null ? null : unanswered.get(number);
                if (packet == null) {
                    if (number == null) {
                        break;
                    }
                    continue;
                }
                rest = ByteBuffer.wrap(packet);
                going = rest;
                sent++;
                since.putIfAbsent(number, nanos);
            }
            open.write(rest);
            if (rest.hasRemaining()) {
                return;
            }
            going = null;
        }
        if (toSend.isEmpty() && !unanswered.isEmpty() && nanos - quietSince > PATIENCE_NANOS) {
            toSend.addAll(unanswered.keySet());
            quietSince = nanos;
        }
    }

    private void hear(long nanos) throws IOException {
        SocketChannel open = channel;
        if (open == null) {
            return;
        }
        int read = open.read(coming);
        while (read > 0) {
            quietSince = nanos;
            coming.flip();
            heard.append(StandardCharsets.US_ASCII.decode(coming));
            coming.clear();
            understand();
            read = open.read(coming);
        }
        if (read < 0) {
            hangUp();
            retryAt = nanos + PATIENCE_NANOS / 4;
        }
    }

    private void understand() {
        int end = heard.indexOf("\r\n");
        while (end >= 0) {
            Matcher answer = ANSWER.matcher(heard.substring(0, end));
            heard.delete(0, end + 2);
            if (answer.find() && unanswered.remove(answer.group(1)) != null) {
                Long begun = since.remove(answer.group(1));
                if (answer.group(2).equals("9014")) {
                    stored++;
                    if (begun != null) {
                        taken.accept(System.nanoTime() - begun);
                    }
                } else {
                    refused++;
                }
            }
            end = heard.indexOf("\r\n");
        }
        if (heard.length() > 4096) {
            heard.setLength(0);
        }
    }
}
