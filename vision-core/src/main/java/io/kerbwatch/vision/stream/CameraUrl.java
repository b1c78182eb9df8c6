package io.kerbwatch.vision.stream;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Where a camera's stream is. Read leniently, as camera passwords want it: the user information ends at the last
 * {@code @} before the first slash. {@link #toString()} and every message leave the user information out.
 */
public final class CameraUrl {
    /** Schemes that a camera may have. */
    public static final Set<String> SCHEMES = Set.of("rtsp", "rtsps", "http");

    private static final int LONGEST = 2048;
    private static final Pattern HOST = Pattern.compile("[a-zA-Z0-9._-]+|[0-9a-fA-F:.]*:[0-9a-fA-F:.]*");
    private static final Pattern PLAYLIST = Pattern.compile("[^?]*\\.(m3u8?|mpd)(\\?.*)?", Pattern.CASE_INSENSITIVE);

    private final String scheme;
    private final Optional<String> userInfo;
    private final String host;
    private final int port;
    private final String path;

    private CameraUrl(String scheme, Optional<String> userInfo, String host, int port, String path) {
        this.scheme = scheme;
        this.userInfo = userInfo;
        this.host = host;
        this.port = port;
        this.path = path;
    }

    /**
     * Reads a URL.
     *
     * @throws IllegalArgumentException if it is none that a camera may have; the message says why and holds no user
     *     information
     */
    public static CameraUrl parse(String text) {
        if (text.length() > LONGEST) {
            throw new IllegalArgumentException(
                    "the URL has " + text.length() + " characters; " + LONGEST + " is the most");
        }
        if (text.chars().anyMatch(c -> c <= ' ' || c == 0x7f)) {
            throw new IllegalArgumentException(
                    "the URL holds a blank or a control character; write it as %20 or remove it");
        }
        int colon = text.indexOf("://");
        String scheme = colon < 0 ? "" : text.substring(0, colon).toLowerCase(Locale.ROOT);
        if (!SCHEMES.contains(scheme)) {
            throw new IllegalArgumentException(
                    "a camera's URL begins with rtsp://, rtsps:// or http:// (MJPEG); this one does not");
        }
        String rest = text.substring(colon + 3);
        int end = firstOf(rest, "/?#");
        String authority = rest.substring(0, end);
        String path = rest.substring(end);
        int at = authority.lastIndexOf('@');
        Optional<String> userInfo = at < 0 ? Optional.empty() : Optional.of(authority.substring(0, at));
        String hostPort = authority.substring(at + 1);
        String host;
        String portText;
        if (hostPort.startsWith("[")) {
            int close = hostPort.indexOf(']');
            if (close < 0) {
                throw new IllegalArgumentException("the URL's IPv6 address lacks its closing bracket");
            }
            host = hostPort.substring(1, close);
            portText = hostPort.substring(close + 1);
        } else {
            int c = hostPort.indexOf(':');
            host = c < 0 ? hostPort : hostPort.substring(0, c);
            portText = c < 0 ? "" : hostPort.substring(c);
        }
        if (host.isEmpty() || !HOST.matcher(host).matches()) {
            throw new IllegalArgumentException(
                    "the URL names no host; write it like rtsp://user:password@192.168.1.64/stream");
        }
        if (at < 0 && path.indexOf('@') >= 0 && hostPort.indexOf(':') >= 0 && !portText.matches(":\\d{1,5}")) {
            throw new IllegalArgumentException("the password contains / ? or #; write them as %2F, %3F and %23");
        }
        int fragment = path.indexOf('#');
        path = fragment < 0 ? path : path.substring(0, fragment);
        if (PLAYLIST.matcher(path).matches()) {
            throw new IllegalArgumentException(
                    "playlists (HLS, DASH) are not read; give the camera's RTSP or MJPEG address");
        }
        return new CameraUrl(scheme, userInfo, host.toLowerCase(Locale.ROOT), port(scheme, portText), path);
    }

    private static int port(String scheme, String text) {
        if (text.isEmpty() || text.equals(":")) {
            return switch (scheme) {
                case "rtsps" -> 322;
                case "http" -> 80;
                default -> 554;
            };
        }
        try {
            int port = text.startsWith(":") ? Integer.parseInt(text.substring(1)) : -1;
            if (port > 0 && port < 65536) {
                return port;
            }
        } catch (NumberFormatException e) {
            // told below, like a number that is out of range
        }
        throw new IllegalArgumentException("the URL's port is not a number from 1 to 65535");
    }

    private static int firstOf(String text, String characters) {
        for (int i = 0; i < text.length(); i++) {
            if (characters.indexOf(text.charAt(i)) >= 0) {
                return i;
            }
        }
        return text.length();
    }

    /** In lower case: rtsp, rtsps or http. */
    public String scheme() {
        return scheme;
    }

    /** Name or address, in lower case, an IPv6 address without its brackets. */
    public String host() {
        return host;
    }

    /** As written, or the scheme's own. */
    public int port() {
        return port;
    }

    /** Path and query with the leading slash; empty if there is none. */
    public String path() {
        return path;
    }

    /** User name, percent-decoded. */
    public Optional<String> user() {
        return userInfo.map(u -> decode(u.contains(":") ? u.substring(0, u.indexOf(':')) : u));
    }

    /** Password, percent-decoded. */
    public Optional<String> password() {
        return userInfo.filter(u -> u.contains(":")).map(u -> decode(u.substring(u.indexOf(':') + 1)));
    }

    /** The whole URL with what it hides, its host replaced by the address that was checked. Never to be shown. */
    public String connectable(InetAddress address) {
        String literal = address.getHostAddress();
        int zone = literal.indexOf('%');
        if (zone >= 0) {
            literal = literal.substring(0, zone);
        }
        String shown = address instanceof Inet6Address ? "[" + literal + "]" : literal;
        return scheme + "://" + userInfo.map(u -> u + "@").orElse("") + shown + ":" + port + path;
    }

    /** The whole URL with what it hides. Never to be shown; to be kept encrypted only. */
    public String secret() {
        return scheme + "://" + userInfo.map(u -> u + "@").orElse("") + place() + path;
    }

    /** Host and port, as they are written in a URL. */
    public String place() {
        return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
    }

    /** The URL without user information: fit to be shown, and what tells two cameras of a site apart. */
    public String withoutUserInfo() {
        return scheme + "://" + place() + path;
    }

    @Override
    public String toString() {
        return withoutUserInfo();
    }

    private static String decode(String text) {
        try {
            return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            return text; // a lone percent sign in a password: it stands for itself
        }
    }
}
