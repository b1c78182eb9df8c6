package io.kerbwatch.server.fault;

import com.fasterxml.jackson.databind.JsonNode;
import io.kerbwatch.server.platform.Json;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A dispatch system made of bare sockets, so that it can do what no HTTP server does. Writes down what it gets. */
final class RawConsumer implements AutoCloseable {
    /** A message that came. */
    record Got(String path, String id, JsonNode message, long nanos) {
        String type() {
            return message.get("type").asText();
        }

        String order() {
            return message.at("/data/order/id").asText();
        }
    }

    /** Says something on a connection; told how many bytes it has written. */
    private interface Speech {
        void to(Socket socket, AtomicLong written) throws IOException, InterruptedException;
    }

    /**
     * What becomes of a request.
     *
     * @param status that the sender hears; 0 if it hears none
     */
    record Answer(int status, Speech speech) {
        static Answer of(int status, String... headers) {
            String head = head(status, "content-length: 0", headers);
            return new Answer(status, (socket, written) -> write(socket, head, written));
        }

        /** Breaks the connection off, with a reset, once it has said so much. */
        static Answer reset(int status, String begun) {
            return new Answer(status, (socket, written) -> {
                write(socket, begun, written);
                cut(socket);
            });
        }

        /** Never ends, whatever the sender does, until it hangs up. */
        static Answer endless(int status, String begun, String more, Duration pause) {
            return new Answer(status, (socket, written) -> {
                write(socket, begun, written);
                while (!socket.isClosed()) {
                    write(socket, more, written);
                    TimeUnit.MILLISECONDS.sleep(pause.toMillis());
                }
            });
        }

        /** The answer, but later. */
        Answer after(CountDownLatch latch, int heard) {
            return new Answer(heard, (socket, written) -> {
                if (latch.await(20, TimeUnit.SECONDS)) {
                    speech.to(socket, written);
                }
            });
        }

        static String head(int status, String framing, String... headers) {
            StringBuilder head = new StringBuilder("HTTP/1.1 " + status + " So\r\n" + framing + "\r\n");
            Arrays.stream(headers).forEach(line -> head.append(line).append("\r\n"));
            return head.append("\r\n").toString();
        }

        private static void write(Socket socket, String what, AtomicLong written) throws IOException {
            byte[] bytes = what.getBytes(StandardCharsets.ISO_8859_1);
            OutputStream out = socket.getOutputStream();
            out.write(bytes);
            out.flush();
            written.addAndGet(bytes.length);
        }
    }

    final List<Got> got = new CopyOnWriteArrayList<>();
    final AtomicInteger connections = new AtomicInteger();
    final AtomicLong written = new AtomicLong();
    private final String name;
    private final Recording recording;
    private final InetSocketAddress address;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private volatile Function<Got, Answer> answer = message -> Answer.of(204);
    private volatile boolean hangsUp;
    private Future<?> accepting = CompletableFuture.completedFuture(null);
    private @Nullable ServerSocket listening;
    /** Keeps the port while nobody listens on it. */
    private @Nullable Socket reserved;

    RawConsumer(String name, Recording recording) {
        this(name, recording, new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    }

    RawConsumer(String name, Recording recording, InetSocketAddress wanted) {
        this.name = name;
        this.recording = recording;
        this.address = listen(wanted);
    }

    String url() {
        return "http://127.0.0.1:" + port() + "/";
    }

    int port() {
        return address.getPort();
    }

    void answer(Function<Got, Answer> other) {
        answer = other;
    }

    /** Resets each connection as soon as it is made, or no more. */
    void hangsUp(boolean whether) {
        hangsUp = whether;
        open.forEach(RawConsumer::cut);
    }

    /** Goes away: nothing listens on its port. */
    synchronized void down() {
        stopListening();
        try {
            reserved = new Socket();
            reserved.setReuseAddress(true);
            reserved.bind(address);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Comes back at the same address. */
    synchronized void up() {
        try {
            if (reserved != null) {
                reserved.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        listen(address);
    }

    /** Connections that there are. */
    int open() {
        return open.size();
    }

    List<Got> of(String type) {
        return got.stream().filter(each -> each.type().equals(type)).toList();
    }

    private synchronized InetSocketAddress listen(InetSocketAddress where) {
        try {
            ServerSocket server = new ServerSocket();
            server.setReuseAddress(true);
            server.bind(where, 200);
            listening = server;
            accepting = threads.submit(() -> accept(server));
            return (InetSocketAddress) server.getLocalSocketAddress();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The port is free only once nobody is in accept any more. */
    private void stopListening() {
        try {
            if (listening != null) {
                listening.close();
                accepting.get(5, TimeUnit.SECONDS);
                listening = null;
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException | ExecutionException | TimeoutException e) {
            throw new IllegalStateException(e);
        }
        open.forEach(RawConsumer::cut);
    }

    private void accept(ServerSocket server) {
        while (!server.isClosed()) {
            try {
                Socket socket = server.accept();
                connections.incrementAndGet();
                open.add(socket);
                threads.execute(() -> serve(socket));
            } catch (IOException e) {
                recording.note(name, "listens no more");
            }
        }
    }

    private void serve(Socket socket) {
        try (socket) {
            if (hangsUp) {
                cut(socket);
            }
            for (Got message = read(socket.getInputStream());
                    message != null;
                    message = read(socket.getInputStream())) {
                Answer chosen = answer.apply(message);
                record(message, chosen.status());
                chosen.speech().to(socket, written);
            }
        } catch (IOException e) {
            recording.note(name, String.valueOf(e.getMessage())); // the sender hung up, or we did
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            open.remove(socket);
        }
    }

    private void record(Got message, int status) {
        JsonNode data = message.message().path("data");
        JsonNode order = data.path("order");
        if (data.has("sequence") && order.has("round")) {
            recording.got(new Recording.Delivery(
                    name,
                    message.id(),
                    message.type(),
                    message.order(),
                    order.get("round").asInt(),
                    order.get("state").asText(),
                    data.get("sequence").asLong(),
                    data.get("serial").asLong(),
                    message.message().hashCode(),
                    status));
        }
        got.add(message);
    }

    private static @Nullable Got read(InputStream in) throws IOException {
        String[] first = line(in).split(" ", -1);
        if (first.length < 2) {
            return null;
        }
        Map<String, String> headers = new HashMap<>();
        for (String line = line(in); !line.isEmpty(); line = line(in)) {
            int colon = line.indexOf(':');
            headers.put(
                    line.substring(0, colon).toLowerCase(Locale.ROOT),
                    line.substring(colon + 1).trim());
        }
        byte[] body = in.readNBytes(Integer.parseInt(headers.getOrDefault("content-length", "0")));
        return new Got(
                first[1],
                headers.getOrDefault("webhook-id", ""),
                Json.tree(new String(body, StandardCharsets.UTF_8)),
                System.nanoTime());
    }

    private static String line(InputStream in) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int next = in.read(); next >= 0 && next != '\n'; next = in.read()) {
            if (next != '\r') {
                line.append((char) next);
            }
        }
        return line.toString();
    }

    /** With a lingering time of nothing the other side is sent a reset. */
    private static void cut(Socket socket) {
        try {
            socket.setSoLinger(true, 0);
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public synchronized void close() {
        stopListening();
        threads.shutdownNow();
        try {
            if (reserved != null) {
                reserved.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
