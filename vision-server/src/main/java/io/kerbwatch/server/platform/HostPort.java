package io.kerbwatch.server.platform;

/**
 * Where to listen.
 *
 * @param host name or address of an interface
 * @param port 0 for a free one
 */
public record HostPort(String host, int port) {
    /**
     * Reads {@code host:port}; an IPv6 address stands in brackets.
     *
     * @throws IllegalArgumentException if it is not of that form
     */
    public static HostPort parse(String text) {
        int colon = text.lastIndexOf(':');
        try {
            int port = Integer.parseInt(text.substring(colon + 1).trim());
            String host = text.substring(0, colon).trim();
            if (port < 0 || port > 65535 || host.isEmpty()) {
                throw new IllegalArgumentException("must be host:port with a port of 0 to 65535");
            }
            return new HostPort(host.replace("[", "").replace("]", ""), port);
        } catch (NumberFormatException | IndexOutOfBoundsException e) {
            throw new IllegalArgumentException("must be host:port, as in 127.0.0.1:8480", e);
        }
    }

    public HostPort withPort(int other) {
        return new HostPort(host, other);
    }

    @Override
    public String toString() {
        return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
    }
}
