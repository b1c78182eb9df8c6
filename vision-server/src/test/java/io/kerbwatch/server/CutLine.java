package io.kerbwatch.server;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** A line to a server on this machine that can be cut and mended. */
public final class CutLine implements AutoCloseable {
    private final ServerSocket listening;
    private final int target;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private final Set<Socket> forgotten = ConcurrentHashMap.newKeySet();
    private volatile boolean cut;

    public CutLine(int target) throws IOException {
        this.target = target;
        this.listening = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        begin(this::accept);
    }

    public String url() {
        return "http://127.0.0.1:" + listening.getLocalPort();
    }

    /** Nothing passes any more, and what was passing breaks off. */
    public void cut() {
        cut = true;
        open.forEach(CutLine::end);
        open.clear();
    }

    public void mend() {
        cut = false;
    }

    /**
     * Nothing comes any more through what is connected now, and nobody is told, as when something on the way has forgotten
     * the connections; who sends on one learns that it is gone. New ones are as good as ever.
     */
    public void forget() {
        forgotten.addAll(open);
    }

    private void accept() {
        while (!listening.isClosed()) {
            try {
                Socket here = listening.accept();
                if (cut) {
                    end(here);
                    continue;
                }
                Socket there = new Socket(InetAddress.getLoopbackAddress(), target);
                open.add(here);
                open.add(there);
                begin(() -> carry(here, there, true));
                begin(() -> carry(there, here, false));
            } catch (IOException e) {
                // the next one, unless it is over
            }
        }
    }

    private void carry(Socket from, Socket to, boolean asks) {
        byte[] bytes = new byte[8192];
        try (from;
                to) {
            InputStream in = from.getInputStream();
            for (int read = in.read(bytes); read >= 0; read = in.read(bytes)) {
                if (!forgotten.contains(from)) {
                    to.getOutputStream().write(bytes, 0, read);
                } else if (asks) {
                    return;
                }
            }
        } catch (IOException e) {
            // cut, or one of them has gone
        } finally {
            open.remove(from);
            forgotten.remove(from);
        }
    }

    private static void begin(Runnable work) {
        Thread thread = new Thread(work, "cut-line");
        thread.setDaemon(true);
        thread.start();
    }

    private static void end(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() throws IOException {
        listening.close();
        open.forEach(CutLine::end);
    }
}
