package io.kerbwatch.vision.stream;

import io.kerbwatch.vision.stream.StreamHealth.Grade;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NoRouteToHostException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/**
 * Pictures over HTTP as cameras send them: JPEGs in a {@code multipart/x-mixed-replace} body that never ends. Each is a
 * key frame. Redirects are not followed, so that the address that was checked is the one that is read; HTTP/1.0 is
 * spoken, so that the body comes unchunked (RFC 1945).
 */
final class MjpegSource implements PacketSource {
    private static final int LARGEST_PICTURE = 32 << 20;
    private static final int LONGEST_LINE = 8192;
    private static final int MOST_HEADERS = 100;

    private final CameraUrl url;
    private final StreamOptions options;
    private final Deadline deadline;
    private final Socket socket = new Socket();
    private InputStream in = InputStream.nullInputStream();
    private byte[] boundary = new byte[0];

    private MjpegSource(CameraUrl url, StreamOptions options, Deadline deadline) {
        this.url = url;
        this.options = options;
        this.deadline = deadline;
    }

    /**
     * Connects and asks for the stream; answers a challenge for a password once.
     *
     * @throws StreamException with the reason in plain words
     */
    static MjpegSource open(CameraUrl url, InetAddress address, StreamOptions options, Deadline deadline) {
        MjpegSource source = new MjpegSource(url, options, deadline);
        try {
            String challenge = source.connect(address, "");
            if (!challenge.isEmpty() && url.user().isPresent()) {
                String answer = HttpAuthorization.answer(
                        challenge, url.user().get(), url.password().orElse(""), "GET", path(url));
                source.close();
                source = new MjpegSource(url, options, deadline);
                challenge = source.connect(address, answer);
            }
            if (!challenge.isEmpty()) {
                throw new StreamException(
                        Grade.REFUSED, url + " refuses the user name or password; check them in the camera's own page");
            }
            return source;
        } catch (IOException e) {
            source.close();
            throw source.failure(e);
        } catch (RuntimeException e) {
            source.close();
            throw e;
        }
    }

    /** Connects; gives the challenge if the camera wants a password, else nothing. */
    private String connect(InetAddress address, String authorization) throws IOException {
        deadline.in(options.connect());
        int millis = Math.toIntExact(options.connect().toMillis());
        socket.connect(new InetSocketAddress(address, url.port()), millis);
        socket.setSoTimeout(millis);
        String request = "GET " + path(url) + " HTTP/1.0\r\nHost: " + url.host() + ":" + url.port()
                + "\r\nUser-Agent: Kerbwatch\r\nAccept: multipart/x-mixed-replace, image/jpeg\r\n"
                + (authorization.isEmpty() ? "" : "Authorization: " + authorization + "\r\n") + "\r\n";
        socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
        in = new BufferedInputStream(socket.getInputStream(), 1 << 16);

        String status = line();
        String[] parts = status.split(" ", 3);
        if (!status.startsWith("HTTP/") || parts.length < 2) {
            throw new StreamException(Grade.OFFLINE, url + " answers, but not as a web server does");
        }
        Map<String, String> headers = headers();
        switch (parts[1]) {
            case "200" -> {}
            case "401" -> {
                return headers.getOrDefault("www-authenticate", "Basic");
            }
            case "403" ->
                throw new StreamException(
                        Grade.REFUSED, url + " forbids this user to look; give it the right in the camera");
            case "404" ->
                throw new StreamException(
                        Grade.REFUSED,
                        url + " does not know this path; look up the MJPEG path for this make of camera");
            default -> {
                if (parts[1].startsWith("3")) {
                    throw new StreamException(
                            Grade.REFUSED,
                            url + " redirects elsewhere; register the camera with the URL that it redirects to");
                }
                throw new StreamException(Grade.OFFLINE, url + " answers with status " + parts[1]);
            }
        }
        String type = headers.getOrDefault("content-type", "");
        String lower = type.toLowerCase(Locale.ROOT);
        if (lower.contains("mpegurl")) {
            throw new StreamException(
                    Grade.REFUSED,
                    url + " is an HLS playlist, which is not read; register the camera's RTSP or MJPEG URL");
        }
        if (!lower.startsWith("multipart/")) {
            String shown = type.isEmpty() ? "something without a type" : type.split(";", 2)[0];
            throw new StreamException(
                    Grade.UNDECODABLE,
                    url + " sends " + shown + ", not MJPEG; register the camera's MJPEG or RTSP URL");
        }
        boundary = boundary(type);
        return "";
    }

    private static String path(CameraUrl url) {
        String path = url.path();
        int fragment = path.indexOf('#');
        path = fragment < 0 ? path : path.substring(0, fragment);
        return path.startsWith("/") ? path : "/" + path;
    }

    private byte[] boundary(String type) {
        for (String part : type.split(";")) {
            String p = part.trim();
            if (p.toLowerCase(Locale.ROOT).startsWith("boundary=")) {
                String name = p.substring(9).replace("\"", "");
                // Some cameras put the two dashes into the parameter, some do not.
                String delimiter = name.startsWith("--") ? name : "--" + name;
                return delimiter.getBytes(StandardCharsets.ISO_8859_1);
            }
        }
        throw new StreamException(Grade.UNDECODABLE, url + " sends MJPEG without a boundary");
    }

    @Override
    public Received next() {
        deadline.in(options.silence());
        try {
            socket.setSoTimeout(Math.toIntExact(options.silence().toMillis()));
            skipTo(boundary);
            line();
            Map<String, String> headers = headers();
            byte[] picture;
            String length = headers.get("content-length");
            if (length != null) {
                int size = parse(length);
                picture = in.readNBytes(size);
                if (picture.length < size) {
                    throw new EOFException();
                }
            } else {
                picture = untilEndOfImage();
            }
            return new Received(Codec.MJPEG, picture, true);
        } catch (IOException e) {
            throw failure(e);
        }
    }

    private int parse(String length) {
        try {
            int size = Integer.parseInt(length.trim());
            if (size >= 0 && size <= LARGEST_PICTURE) {
                return size;
            }
        } catch (NumberFormatException e) {
            // told below, like a size that is out of range
        }
        throw new StreamException(
                Grade.UNDECODABLE, url + " announces a picture of an impossible size; restart the camera");
    }

    private void skipTo(byte[] mark) throws IOException {
        int matched = 0;
        for (long read = 0; matched < mark.length; read++) {
            if (read > LARGEST_PICTURE) {
                throw new StreamException(Grade.UNDECODABLE, url + " sends no pictures between its boundaries");
            }
            int b = one();
            matched = b == mark[matched] ? matched + 1 : b == mark[0] ? 1 : 0;
        }
    }

    /** Reads up to the end-of-image marker (ITU T.81, B.1.1.3), for cameras that announce no length. */
    private byte[] untilEndOfImage() throws IOException {
        ByteArrayOutputStream picture = new ByteArrayOutputStream(1 << 16);
        int before = 0;
        while (picture.size() < LARGEST_PICTURE) {
            int b = one();
            picture.write(b);
            if (before == 0xff && b == 0xd9) {
                return picture.toByteArray();
            }
            before = b;
        }
        throw new StreamException(Grade.UNDECODABLE, url + " sends a picture that does not end");
    }

    private Map<String, String> headers() throws IOException {
        Map<String, String> headers = new HashMap<>();
        for (int i = 0; i < MOST_HEADERS; i++) {
            String line = line();
            if (line.isEmpty()) {
                return headers;
            }
            int colon = line.indexOf(':');
            if (colon > 0) {
                String name = line.substring(0, colon).trim().toLowerCase(Locale.ROOT);
                String value = line.substring(colon + 1).trim();
                // Of several challenges Digest is the one that does not send the password.
                headers.merge(name, value, (a, b) -> b.regionMatches(true, 0, "Digest", 0, 6) ? b : a);
            }
        }
        throw new StreamException(Grade.OFFLINE, url + " sends headers without end");
    }

    private String line() throws IOException {
        StringBuilder line = new StringBuilder();
        while (line.length() < LONGEST_LINE) {
            int b = one();
            if (b == '\n') {
                int length = line.length();
                return length > 0 && line.charAt(length - 1) == '\r' ? line.substring(0, length - 1) : line.toString();
            }
            line.append((char) b);
        }
        throw new StreamException(Grade.OFFLINE, url + " answers, but not as a web server does");
    }

    private int one() throws IOException {
        if (deadline.over()) {
            throw new SocketTimeoutException();
        }
        int b = in.read();
        if (b < 0) {
            throw new EOFException();
        }
        return b;
    }

    private StreamException failure(IOException e) {
        if (deadline.interrupted()) {
            return new StreamException(Grade.CONNECTING, url + " was given up on request");
        } else if (e instanceof SocketTimeoutException) {
            return new StreamException(
                    Grade.STALLED, url + " accepted the connection but does not answer or stopped sending");
        } else if (e instanceof NoRouteToHostException) {
            return new StreamException(
                    Grade.OFFLINE, url + ": no way to this address; is the camera powered and its cable in?");
        } else if (e instanceof ConnectException) {
            return new StreamException(
                    Grade.OFFLINE, url + ": nothing listens on this port; is the port right and HTTP switched on?");
        } else if (e instanceof EOFException) {
            return new StreamException(Grade.OFFLINE, url + " ended the stream");
        }
        return new StreamException(Grade.OFFLINE, url + " cut the connection");
    }

    @Override
    public void interrupt() {
        deadline.interrupt();
        close();
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException e) {
            // closed is all that is wanted
        }
    }
}
