package io.kerbwatch.server.platform;

import java.net.URI;

/** The address under which others reach this server, for links. Known for sure once the server listens. */
public final class PublicUrl {
    private final Settings settings;
    private volatile int port;

    public PublicUrl(Settings settings) {
        this.settings = settings;
        this.port = settings.get(Settings.SERVER_LISTEN).port();
    }

    public void listening(int actualPort) {
        port = actualPort;
    }

    /** Without a slash at its end. */
    @Override
    public String toString() {
        return settings.get(Settings.SERVER_PUBLIC_URL)
                .map(URI::toString)
                .orElseGet(
                        () -> "http://" + settings.get(Settings.SERVER_LISTEN).withPort(port));
    }
}
