package io.kerbwatch.server.order;

import java.util.Locale;

/** In which part someone, or something, moves an order. */
enum By {
    /** The server: filing, and what follows when zones or cameras go away. */
    SYSTEM,
    CAMERA,
    /** The rule over what a device measures. */
    DEVICE,
    TIMER,
    /** The endpoint that the order went to. */
    ENDPOINT,
    CREW,
    OPERATOR,
    DISPATCHER,
    SUPERVISOR,
    /** Whoever looks at a place in the camera's stead. */
    CHECKER;

    String code() {
        return name().toLowerCase(Locale.ROOT);
    }
}
