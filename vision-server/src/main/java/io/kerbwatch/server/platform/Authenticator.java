package io.kerbwatch.server.platform;

import java.util.Optional;

/** Finds out who is calling. Blocking. */
public interface Authenticator {
    /** Whose token this is; empty if nobody's, expired or revoked. */
    Optional<Caller> bearer(String token);

    /** Whose session this is; empty if nobody's or ended. */
    Optional<Caller> session(String cookie);

    /** Whether the token or session that a caller came with still holds; asked while a stream stays open. */
    boolean holds(Caller caller);
}
