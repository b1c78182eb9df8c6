package io.kerbwatch.samples;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A request of RTSP 1.0 (RFC 2326, section 6) or of HTTP 1.x, which reads the same.
 *
 * @param protocol such as {@code RTSP/1.0}
 * @param headers by lower-case name
 */
record Request(String method, String address, String protocol, Map<String, String> headers) {
    private static final int LONGEST = 16 * 1024;

    /**
     * Takes the next request out of what has arrived; null when it is not there as a whole. Interleaved packets of the
     * viewer, receiver reports mostly, are skipped.
     *
     * @throws BadRequest if what arrived is no request
     */
    static @Nullable Request take(ByteBuffer arrived) throws BadRequest {
        while (arrived.remaining() >= 4 && arrived.get(arrived.position()) == '$') {
            int length = 4 + (arrived.getShort(arrived.position() + 2) & 0xffff);
            if (arrived.remaining() < length) {
                return null;
            }
            arrived.position(arrived.position() + length);
        }
        String text = StandardCharsets.ISO_8859_1.decode(arrived.duplicate()).toString();
        int end = text.indexOf("\r\n\r\n");
        if (end < 0) {
            if (text.length() > LONGEST) {
                throw new BadRequest("header longer than " + LONGEST + " bytes");
            }
            return null;
        }
        Request request = parse(text.substring(0, end));
        int length = end + 4 + request.bodyLength();
        if (arrived.remaining() < length) {
            return null;
        }
        arrived.position(arrived.position() + length);
        return request;
    }

    private static Request parse(String head) throws BadRequest {
        String[] lines = head.split("\r\n", -1);
        String[] first = lines[0].split(" ", -1);
        if (first.length != 3) {
            throw new BadRequest("not a request line: " + lines[0]);
        }
        Map<String, String> headers = new HashMap<>();
        for (int i = 1; i < lines.length; i++) {
            int colon = lines[i].indexOf(':');
            if (colon < 1) {
                throw new BadRequest("not a header: " + lines[i]);
            }
            headers.put(
                    lines[i].substring(0, colon).toLowerCase(Locale.ROOT),
                    lines[i].substring(colon + 1).trim());
        }
        return new Request(first[0], first[1], first[2], headers);
    }

    boolean http() {
        return protocol.startsWith("HTTP/");
    }

    /** The value of a header, empty where it is missing. */
    String header(String name) {
        return headers.getOrDefault(name.toLowerCase(Locale.ROOT), "");
    }

    /** The camera that the address names: the first part of its path, without the ending of an HTTP address. */
    String camera() {
        String path = address.replaceFirst("^[a-z]+://[^/]*", "");
        String name = path.replaceFirst("^/", "").replaceFirst("[/?].*$", "");
        return name.endsWith(".mjpeg") ? name.substring(0, name.length() - ".mjpeg".length()) : name;
    }

    private int bodyLength() throws BadRequest {
        String length = header("content-length");
        try {
            return length.isEmpty() ? 0 : Integer.parseUnsignedInt(length);
        } catch (NumberFormatException e) {
            throw new BadRequest("not a length: " + length);
        }
    }

    /** What arrived is no request. */
    static final class BadRequest extends Exception {
        private static final long serialVersionUID = 1L;

        BadRequest(String message) {
            super(message);
        }
    }
}
