package io.kerbwatch.server.camera;

import io.kerbwatch.server.platform.AddressPolicy;
import io.kerbwatch.server.platform.Problem;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.Locale;
import java.util.Map;

/**
 * A camera's URL, taken apart by hand: installers write passwords that {@link java.net.URI} does not accept. It holds a
 * secret and never shows it: its text is the host.
 *
 * @param userInfo as written, before the last @ of the authority; empty if none
 * @param rest path and query
 */
public record CameraUrl(String scheme, String userInfo, String host, int port, String rest) {
    private static final Map<String, Integer> PORTS = Map.of("rtsp", 554, "rtsps", 322, "http", 80, "https", 443);

    /**
     * Reads a URL from outside.
     *
     * @throws Problem.Raised 400 that says what is wrong and does not repeat the URL
     */
    public static CameraUrl parse(String text) {
        String url = text.trim();
        int colon = url.indexOf(':');
        String scheme = colon < 0 ? "" : url.substring(0, colon).toLowerCase(Locale.ROOT);
        Integer standard = PORTS.get(scheme);
        if (standard == null) {
            throw wrong("A camera is reached by rtsp://, rtsps://, http:// or https://; nothing else is opened.");
        }
        if (!url.startsWith("//", colon + 1)) {
            throw wrong("After " + scheme + ": come two slashes and the camera's host.");
        }
        if (url.chars().anyMatch(c -> c <= ' ' || c == 0x7f)) {
            throw wrong("It contains a space or a control character; write it as %20, or leave it out.");
        }
        String after = url.substring(colon + 3);
        int end = after.length();
        for (int i = 0; i < after.length(); i++) {
            if ("/?#".indexOf(after.charAt(i)) >= 0) {
                end = i;
                break;
            }
        }
        String authority = after.substring(0, end);
        String rest = after.substring(end);
        int at = authority.lastIndexOf('@');
        if (at < 0 && rest.indexOf('@') >= 0 && authority.indexOf(':') >= 0 && !hostPort(authority)) {
            throw wrong("The password contains / ? or #; write them as %2F, %3F and %23.");
        }
        String userInfo = at < 0 ? "" : authority.substring(0, at);
        String place = authority.substring(at + 1);
        int portAt = place.startsWith("[") ? place.indexOf(':', place.indexOf(']')) : place.indexOf(':');
        String host = (portAt < 0 ? place : place.substring(0, portAt)).toLowerCase(Locale.ROOT);
        if (!host.matches("[a-z0-9._-]+|\\[[0-9a-f:.]+]")) {
            throw wrong("It names no host; write it like rtsp://user:password@192.168.1.64/stream.");
        }
        int port = portAt < 0 ? standard : port(place.substring(portAt + 1));
        int hash = rest.indexOf('#');
        rest = hash < 0 ? rest : rest.substring(0, hash);
        String path = rest.split("\\?", -1)[0].toLowerCase(Locale.ROOT);
        if (path.endsWith(".m3u8") || path.endsWith(".m3u") || path.endsWith(".mpd")) {
            throw wrong("Playlists (HLS, DASH) are not read; give the camera's RTSP or MJPEG address.");
        }
        return new CameraUrl(scheme, userInfo, host, port, rest);
    }

    /** What makes two URLs the same camera: all but who signs in. */
    String identity() {
        return scheme + "://" + host + ":" + port + rest;
    }

    /** The whole URL with its secret, for the encrypted column alone. */
    String secret() {
        return text(host);
    }

    /**
     * The URL to connect to: its host is an address that was resolved now and checked.
     *
     * @throws AddressPolicy.Refused if one of the host's addresses is not allowed, or it has none
     */
    public String connectable(AddressPolicy allowed) throws AddressPolicy.Refused {
        InetAddress address = allowed.check(host).get(0);
        return text(address instanceof Inet6Address ? "[" + address.getHostAddress() + "]" : address.getHostAddress());
    }

    /** Host and port, which may be shown. */
    public String place() {
        return host + ":" + port;
    }

    @Override
    public String toString() {
        return scheme + "://" + place() + "/…";
    }

    private String text(String where) {
        return scheme + "://" + (userInfo.isEmpty() ? "" : userInfo + "@") + where + ":" + port + rest;
    }

    private static boolean hostPort(String authority) {
        return authority.matches("[^:]+:\\d{1,5}");
    }

    private static int port(String text) {
        if (!text.matches("\\d{1,5}") || Integer.parseInt(text) < 1 || Integer.parseInt(text) > 65535) {
            throw wrong("The port must be a number of 1 to 65535.");
        }
        return Integer.parseInt(text);
    }

    private static Problem.Raised wrong(String detail) {
        return Problem.invalid("/url", detail).raised();
    }
}
