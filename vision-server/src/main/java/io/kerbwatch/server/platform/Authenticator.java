package io.kerbwatch.server.platform;

import java.util.Optional;

/** Finds out who is calling. Blocking. */
public interface Authenticator {
    /** Whose token this is; empty if nobody's, expired or revoked. */
    Optional<Caller> bearer(String token);

    /** Whose session this is; empty if nobody's or ended. */
    Optional<Caller> session(String cookie);
}
