package io.kerbwatch.samples;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Answers requests of RTSP 1.0 (RFC 2326) and the one of HTTP that asks for JPEG pictures. Video goes over the RTSP
 * connection itself (section 10.12); UDP is refused with 461, so that viewers ask again for TCP.
 */
final class RtspDesk {
    private final Map<String, Feed> feeds;

    RtspDesk(Map<String, Feed> feeds) {
        this.feeds = feeds;
    }

    void serve(Viewer viewer, Request request) throws IOException {
        Feed feed = feeds.get(request.camera());
        if (request.http()) {
            serveJpeg(viewer, request, feed);
            return;
        }
        if (request.method().equals("OPTIONS")) {
            answer(
                    viewer,
                    request,
                    "200 OK",
                    "Public: OPTIONS, DESCRIBE, SETUP, PLAY, GET_PARAMETER, TEARDOWN\r\n",
                    "");
            return;
        }
        if (feed == null || feed.fault() == Fault.REFUSED) {
            answer(viewer, request, "404 Not Found", "", "");
            return;
        }
        Optional<Gate> gate = feed.gate();
        if (gate.isPresent() && !gate.get().opensTo(request)) {
            answer(
                    viewer,
                    request,
                    "401 Unauthorized",
                    "WWW-Authenticate: " + gate.get().challenge() + "\r\n",
                    "");
            return;
        }
        switch (request.method()) {
            case "DESCRIBE" -> describe(viewer, request, feed);
            case "SETUP" -> setUp(viewer, request);
            case "PLAY" -> play(viewer, request, feed);
            case "GET_PARAMETER", "SET_PARAMETER" -> answer(viewer, request, "200 OK", "", "");
            case "TEARDOWN" -> {
                feed.dismiss(viewer);
                answer(viewer, request, "200 OK", "", "");
            }
            default -> answer(viewer, request, "501 Not Implemented", "", "");
        }
    }

    private static void describe(Viewer viewer, Request request, Feed feed) throws IOException {
        if (feed.fault() == Fault.SILENT) {
            return;
        }
        String base = request.address().endsWith("/") ? request.address() : request.address() + "/";
        answer(
                viewer,
                request,
                "200 OK",
                "Content-Base: " + base + "\r\nContent-Type: application/sdp\r\n",
                feed.description());
    }

    private static void setUp(Viewer viewer, Request request) throws IOException {
        if (!request.header("Transport").contains("RTP/AVP/TCP")) {
            answer(viewer, request, "461 Unsupported Transport", "", "");
            return;
        }
        answer(
                viewer,
                request,
                "200 OK",
                "Transport: RTP/AVP/TCP;unicast;interleaved=0-1\r\nSession: " + session(viewer) + ";timeout=60\r\n",
                "");
    }

    private static void play(Viewer viewer, Request request, Feed feed) throws IOException {
        String track = request.address().replaceFirst("/$", "") + "/track1";
        answer(
                viewer,
                request,
                "200 OK",
                "Range: npt=now-\r\nRTP-Info: url=" + track + ";seq=" + feed.firstSequence() + ";rtptime="
                        + feed.firstTimestamp() + "\r\n",
                "");
        feed.admit(viewer);
    }

    private static void serveJpeg(Viewer viewer, Request request, @Nullable Feed feed) throws IOException {
        if (feed == null || feed.fault() == Fault.REFUSED || !request.method().equals("GET")) {
            viewer.answer("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n");
            return;
        }
        Optional<Gate> gate = feed.gate();
        if (gate.isPresent() && !gate.get().opensTo(request)) {
            viewer.answer("HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: "
                    + gate.get().challenge() + "\r\nContent-Length: 0\r\n\r\n");
            return;
        }
        if (feed.fault() == Fault.SILENT) {
            return;
        }
        if (feed.fault() == Fault.NO_VIDEO || feed.fault() == Fault.UNKNOWN_CODEC) {
            viewer.answer("HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 3\r\n\r\nno\n");
            return;
        }
        viewer.answer("HTTP/1.1 200 OK\r\nCache-Control: no-store\r\nConnection: close\r\n"
                + "Content-Type: multipart/x-mixed-replace; boundary=" + Feed.BOUNDARY + "\r\n\r\n");
        feed.admitToJpeg(viewer);
    }

    private static void answer(Viewer viewer, Request request, String status, String headers, String body)
            throws IOException {
        String session = request.header("Session");
        int length = body.getBytes(StandardCharsets.UTF_8).length;
        viewer.answer("RTSP/1.0 " + status + "\r\nCSeq: " + request.header("CSeq") + "\r\n"
                + (session.isEmpty() ? "" : "Session: " + session.replaceFirst(";.*", "") + "\r\n")
                + headers
                + (length == 0 ? "" : "Content-Length: " + length + "\r\n")
                + "\r\n" + body);
    }

    private static String session(Viewer viewer) {
        return "%08x".formatted(System.identityHashCode(viewer));
    }
}
