package io.kerbwatch.server;

import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.internal.VertxInternal;
import io.vertx.core.internal.threadchecker.BlockedThreadEvent;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/**
 * Makes event loops and sees who blocks them. A loop that waits for something is told after {@link #WAITING}. One that
 * computes is told only after {@link #COMPUTING}: on a machine with few cores it may just not have been given one.
 */
final class LoopWatch {
    static final Duration WAITING = Duration.ofMillis(200);
    static final Duration COMPUTING = Duration.ofSeconds(4);
    private static final Duration LOOK_EVERY = Duration.ofMillis(50);
    private static final String LOOPS = "vert.x-eventloop-thread";

    /** Native methods in which a thread waits, though it counts as running. */
    private static final List<String> WAITS = List.of(
            "sun.nio.ch.Net.poll",
            "sun.nio.ch.SocketDispatcher.read0",
            "sun.nio.ch.SocketDispatcher.write0",
            "java.net.SocketInputStream.socketRead0",
            "java.net.Inet4AddressImpl.lookupAllHostAddr",
            "java.net.Inet6AddressImpl.lookupAllHostAddr",
            "sun.nio.ch.FileDispatcherImpl.force0",
            "java.lang.ProcessHandleImpl.waitForProcessExit0");

    private final Map<String, String> blocked = new ConcurrentHashMap<>();

    /** New event loops, watched; the caller closes them. */
    Vertx vertx() {
        Vertx vertx = Vertx.vertx(new VertxOptions()
                .setBlockedThreadCheckInterval(LOOK_EVERY.toMillis())
                .setBlockedThreadCheckIntervalUnit(TimeUnit.MILLISECONDS)
                .setMaxEventLoopExecuteTime(WAITING.toMillis())
                .setMaxEventLoopExecuteTimeUnit(TimeUnit.MILLISECONDS));
        ((VertxInternal) vertx).blockedThreadChecker().setThreadBlockedHandler(this::seen);
        return vertx;
    }

    /** What kept a loop so far, with where it stood; empty if nothing did. */
    List<String> blocked() {
        return List.copyOf(blocked.values());
    }

    /** Fails if anything kept a loop. */
    void check() {
        if (!blocked.isEmpty()) {
            throw new AssertionError("an event loop was blocked:\n" + String.join("\n", blocked.values()));
        }
    }

    private void seen(BlockedThreadEvent event) {
        Thread thread = event.thread();
        StackTraceElement[] stack = thread.getStackTrace();
        if (!thread.getName().startsWith(LOOPS) || stack.length == 0) {
            return;
        }
        Thread.State state = thread.getState();
        long millis = TimeUnit.NANOSECONDS.toMillis(event.duration());
        if (waits(state, stack[0]) || millis >= COMPUTING.toMillis()) {
            String where = Arrays.stream(stack).map(frame -> "    at " + frame).collect(Collectors.joining("\n"));
            blocked.putIfAbsent(where, thread.getName() + " " + state + " for " + millis + " ms\n" + where);
        }
    }

    private static boolean waits(Thread.State state, StackTraceElement top) {
        return state != Thread.State.RUNNABLE || WAITS.contains(top.getClassName() + "." + top.getMethodName());
    }
}
