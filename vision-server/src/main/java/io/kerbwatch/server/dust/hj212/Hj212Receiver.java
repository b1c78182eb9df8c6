package io.kerbwatch.server.dust.hj212;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetServerOptions;
import io.vertx.core.net.NetSocket;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * Listens for dust monitors that speak HJ 212-2017 over TCP. All of it runs on one event loop; {@link DustListener} stores.
 *
 * <p>A report is answered (CN 9014) after it was stored, if its Flag asks for it; a packet that is not taken is kept for
 * review and then answered with the reason (CN 9011). What the server never asks for, it does not answer.
 */
public final class Hj212Receiver {
    private static final long SWEEP_MILLIS = 1000;

    private final NetServer server;
    private final Connection.Desk desk;
    private final Limits limits;
    private final Set<Connection> connections = new HashSet<>();
    private final Map<String, Integer> addresses = new HashMap<>();
    private final Vertx vertx;
    private final Context context;
    private long sweeper = -1;
    private long lines;

    private Hj212Receiver(Vertx vertx, Limits limits, InstantSource clock, DustListener listener) {
        this.vertx = vertx;
        this.limits = limits;
        context = vertx.getOrCreateContext();
        desk = new Connection.Desk(vertx, context, limits, clock, listener, new Memory(limits), new Counters());
        server = vertx.createNetServer(new NetServerOptions()
                .setIdleTimeout((int) Math.max(1, limits.idle().toSeconds()))
                .setIdleTimeoutUnit(TimeUnit.SECONDS)
                .setTcpKeepAlive(true));
        server.connectHandler(this::connected);
    }

    /**
     * Starts to listen.
     *
     * @param host address to listen on
     * @param port 0 for a free one
     * @param clock of the times of arrival
     * @return fails if it cannot listen there
     */
    public static Future<Hj212Receiver> start(
            Vertx vertx, String host, int port, Limits limits, InstantSource clock, DustListener listener) {
        Hj212Receiver receiver = new Hj212Receiver(vertx, limits, clock, listener);
        Promise<Hj212Receiver> started = Promise.promise();
        receiver.context.runOnContext(nothing -> receiver.server
                .listen(port, host)
                .onSuccess(listening -> {
                    receiver.sweeper = vertx.setPeriodic(SWEEP_MILLIS, id -> receiver.sweep());
                    started.complete(receiver);
                })
                .onFailure(started::fail));
        return started.future();
    }

    /** Where it listens. */
    public int port() {
        return server.actualPort();
    }

    /** What came so far. */
    public Counters counters() {
        return desk.counters();
    }

    /** Stops listening and closes all connections; what was not answered will be sent again to whoever listens next. */
    public Future<Void> close() {
        Promise<Void> closed = Promise.promise();
        context.runOnContext(nothing -> {
            vertx.cancelTimer(sweeper);
            server.close().onComplete(closed);
        });
        return closed.future();
    }

    private void connected(NetSocket socket) {
        String address = socket.remoteAddress().hostAddress();
        int ofAddress = addresses.getOrDefault(address, 0);
        if (connections.size() >= limits.connections() || ofAddress >= limits.connectionsPerAddress()) {
            desk.counters().add(Count.CONNECTIONS_REFUSED);
            socket.close();
            return;
        }
        desk.counters().add(Count.CONNECTIONS);
        addresses.put(address, ofAddress + 1);
        Connection connection = new Connection(desk, socket, address, lines++);
        connections.add(connection);
        socket.closeHandler(nothing -> {
            connections.remove(connection);
            addresses.computeIfPresent(address, (same, count) -> count > 1 ? count - 1 : null);
            connection.closed();
        });
        connection.begin();
    }

    private void sweep() {
        for (Connection connection : new ArrayList<>(connections)) {
            connection.sweep();
        }
    }
}
