package io.kerbwatch.server.dust.hj212;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetSocket;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * One monitor or gateway on the line. Packets are worked off in batches, one batch at a time and in order; while more wait
 * than a batch holds, nothing is read, so that a fast sender fills its own buffers and not ours.
 */
final class Connection {
    /** Systems that are taken: dust of building sites, and air. */
    private static final Set<String> SYSTEMS = Set.of("39", "22");

    private static final long BREATH_MILLIS = 100;

    /** What all connections share. */
    record Desk(
            Vertx vertx,
            Context context,
            Limits limits,
            InstantSource clock,
            DustListener listener,
            Memory memory,
            Counters counters) {}

    /** What one batch comes to. */
    private static final class Outcome {
        private final List<Report> reports = new ArrayList<>();
        private final List<Refused> refused = new ArrayList<>();
        private final List<byte[]> whenStored = new ArrayList<>();
        private final List<byte[]> whenKept = new ArrayList<>();
        private final List<String> keys = new ArrayList<>();
        private final Promise<Void> stored = Promise.promise();
    }

    private final Desk desk;
    private final NetSocket socket;
    private final String address;
    private final long line;
    private final PacketDecoder decoder;
    private final SplitPackets split;
    private final TokenBucket tokens;
    private final Deque<Packet> waiting = new ArrayDeque<>();
    private int wrongPasswords;
    private boolean working;
    private boolean paused;
    private boolean closed;

    Connection(Desk desk, NetSocket socket, String address, long line) {
        this.desk = desk;
        this.socket = socket;
        this.address = address;
        this.line = line;
        decoder = new PacketDecoder(desk.counters);
        split = new SplitPackets(desk.limits.splitWait());
        tokens = new TokenBucket(desk.limits.packetsPerSecond(), desk.limits.burst(), System.nanoTime());
    }

    void begin() {
        // a reset line closes by itself, and the device comes back
        socket.exceptionHandler(broken -> socket.close());
        socket.handler(this::read);
    }

    /** Gives up what waited too long for its other parts. */
    void sweep() {
        if (!split.isEmpty()) {
            List<Packet> lost = new ArrayList<>();
            split.expire(desk.clock.instant(), lost);
            keep(lost);
        }
    }

    void closed() {
        closed = true;
        if (!split.isEmpty()) {
            List<Packet> lost = new ArrayList<>();
            split.expire(Instant.MAX, lost);
            keep(lost);
        }
    }

    private void keep(List<Packet> lost) {
        if (!lost.isEmpty()) {
            Outcome outcome = new Outcome();
            lost.forEach(part -> refuse(outcome, part, Refused.Reason.INCOMPLETE));
            ask(() -> desk.listener.review(List.copyOf(outcome.refused)));
        }
    }

    private void read(Buffer bytes) {
        decoder.feed(bytes.getBytes(), text -> waiting.add(Packet.parse(text)));
        if (decoder.noise() > desk.limits.noiseBytes()) {
            cut();
            return;
        }
        if (!paused && waiting.size() >= Limits.BATCH) {
            paused = true;
            socket.pause();
        }
        work();
    }

    private void cut() {
        if (!closed) {
            desk.counters.add(Count.CONNECTIONS_CUT);
            socket.close();
        }
    }

    private void work() {
        if (working) {
            return;
        }
        if (paused && waiting.size() < Limits.BATCH) {
            paused = false;
            socket.resume();
        }
        if (waiting.isEmpty()) {
            return;
        }
        working = true;
        int allowed = tokens.take(Math.min(Limits.BATCH, waiting.size()), System.nanoTime());
        if (allowed == 0) {
            desk.counters.add(Count.THROTTLED);
            desk.vertx.setTimer(BREATH_MILLIS, id -> {
                working = false;
                work();
            });
            return;
        }
        List<Packet> batch = new ArrayList<>();
        for (int taken = 0; taken < allowed; taken++) {
            batch.add(waiting.remove());
        }
        identify(batch);
    }

    private void identify(List<Packet> batch) {
        Map<String, Future<Identity>> senders = new HashMap<>();
        for (Packet packet : batch) {
            if (packet.hasGoodNames()) {
                senders.computeIfAbsent(
                        sender(packet), same -> ask(() -> desk.listener.identify(packet.mn(), packet.pw())));
            }
        }
        Future.join(List.copyOf(senders.values())).onComplete(all -> here(() -> settle(batch, senders)));
    }

    private static String sender(Packet packet) {
        return packet.mn() + ' ' + packet.pw();
    }

    private void settle(List<Packet> batch, Map<String, Future<Identity>> senders) {
        Outcome outcome = new Outcome();
        for (Packet packet : batch) {
            Future<Identity> sender = senders.get(sender(packet));
            if (!packet.hasGoodNames() || sender == null) {
                refuse(outcome, packet, Refused.Reason.MALFORMED);
            } else if (sender.failed()) {
                desk.counters.add(Count.NOT_STORED);
            } else {
                settle(outcome, packet, sender.result());
            }
        }
        Future<Void> storing = outcome.reports.isEmpty()
                ? Future.succeededFuture()
                : ask(() -> desk.listener.store(List.copyOf(outcome.reports)));
        Future<Void> keeping = outcome.refused.isEmpty()
                ? Future.succeededFuture()
                : ask(() -> desk.listener.review(List.copyOf(outcome.refused)));
        Future.join(storing, keeping)
                .onComplete(both -> here(() -> {
                    if (storing.succeeded()) {
                        desk.counters.add(Count.ACCEPTED, outcome.reports.size());
                        outcome.stored.complete();
                        outcome.whenStored.forEach(this::answer);
                    } else {
                        desk.counters.add(Count.NOT_STORED, outcome.reports.size());
                        outcome.keys.forEach(desk.memory::forget);
                        outcome.stored.fail(storing.cause());
                    }
                    if (keeping.succeeded()) {
                        outcome.whenKept.forEach(this::answer);
                    }
                    if (wrongPasswords >= desk.limits.wrongPasswords()) {
                        cut();
                    }
                    working = false;
                    work();
                }));
    }

    private void settle(Outcome outcome, Packet packet, Identity identity) {
        if (identity instanceof Identity.Known known) {
            settle(outcome, packet, known.device());
        } else if (identity instanceof Identity.WrongPassword) {
            wrongPasswords++;
            refuse(outcome, packet, Refused.Reason.WRONG_PASSWORD);
        } else {
            refuse(outcome, packet, Refused.Reason.UNREGISTERED);
        }
    }

    private void settle(Outcome outcome, Packet packet, Device device) {
        DataKind kind = DataKind.of(packet.cn());
        if (!SYSTEMS.contains(packet.st()) && !packet.isAnswer()) {
            refuse(outcome, packet, Refused.Reason.UNKNOWN_SYSTEM);
            return;
        }
        if (kind == null) {
            refuse(outcome, packet, Refused.Reason.UNKNOWN_COMMAND);
            return;
        }
        if (!packet.hasGoodFlag()) {
            refuse(outcome, packet, Refused.Reason.BAD_FLAG);
            return;
        }
        Future<Void> before = desk.memory.storing(Memory.key(packet));
        if (before != null) {
            desk.counters.add(Count.DUPLICATE);
            before.onSuccess(nothing -> here(() -> answerStored(packet)));
            return;
        }
        if (!packet.isSplit()) {
            report(outcome, packet, List.of(packet), kind, device);
            return;
        }
        List<Packet> lost = new ArrayList<>();
        SplitPackets.Whole whole = split.take(packet, desk.clock.instant(), lost);
        lost.forEach(part -> refuse(outcome, part, Refused.Reason.INCOMPLETE));
        if (whole != null) {
            report(outcome, whole.packet(), whole.parts(), kind, device);
        }
    }

    private void report(Outcome outcome, Packet packet, List<Packet> parts, DataKind kind, Device device) {
        Parameters parameters = Parameters.parse(packet.parameters(), kind, device);
        Instant time = parameters.time();
        if (time == null) {
            parts.forEach(part -> refuse(outcome, part, Refused.Reason.MALFORMED));
            return;
        }
        Instant now = desk.clock.instant();
        Timing timing = desk.memory.timing(packet.mn(), kind, time, now);
        if (timing != Timing.ON_TIME) {
            desk.counters.add(timing == Timing.LATE ? Count.LATE : Count.FUTURE);
        }
        outcome.reports.add(new Report(
                packet.mn(),
                packet.qn(),
                kind,
                time,
                now,
                timing,
                parameters.readings(),
                parameters.otherCodes(),
                address,
                line,
                timing == Timing.FUTURE
                        ? parts.stream().map(Packet::textWithoutPassword).collect(Collectors.joining("\n"))
                        : ""));
        for (Packet part : parts) {
            String key = Memory.key(part);
            desk.memory.remember(key, outcome.stored.future());
            outcome.keys.add(key);
            if (part.wantsAnswer()) {
                outcome.whenStored.add(Answers.stored(part));
            }
        }
    }

    private void refuse(Outcome outcome, Packet packet, Refused.Reason reason) {
        desk.counters.add(reason.count());
        outcome.refused.add(
                new Refused(reason, packet.shownMn(), packet.textWithoutPassword(), desk.clock.instant(), address));
        // a name with strange signs in it is not sent back, and a flag that cannot be read asks for nothing
        if (packet.wantsAnswer() && packet.hasGoodNames() && !packet.isAnswer()) {
            outcome.whenKept.add(Answers.refused(packet, reason));
        }
    }

    private void answerStored(Packet packet) {
        if (packet.wantsAnswer()) {
            answer(Answers.stored(packet));
        }
    }

    private void answer(byte[] bytes) {
        if (closed) {
            return;
        }
        if (socket.writeQueueFull()) {
            // it sends and does not read: what is not answered comes again
            cut();
            return;
        }
        desk.counters.add(Count.ANSWERED);
        socket.write(Buffer.buffer(bytes));
    }

    /** Asks the listener; whatever it does, there is an end to it. */
    private <T> Future<T> ask(Supplier<Future<T>> question) {
        Promise<T> answered = Promise.promise();
        Duration patience = desk.limits.storing();
        long timer = desk.vertx.setTimer(
                Math.max(1, patience.toMillis()),
                id -> answered.tryFail(new TimeoutException("no answer from the listener in " + patience)));
        Future<T> answer;
        try {
            answer = question.get();
        } catch (RuntimeException e) {
            answer = Future.failedFuture(e);
        }
        answer.onComplete(result -> {
            desk.vertx.cancelTimer(timer);
            if (result.succeeded()) {
                answered.tryComplete(result.result());
            } else {
                answered.tryFail(result.cause());
            }
        });
        return answered.future();
    }

    /** Futures complete where they like; everything here happens on the one event loop. */
    private void here(Runnable work) {
        desk.context.runOnContext(nothing -> work.run());
    }
}
