package io.kerbwatch.server.account;

import io.kerbwatch.server.platform.Json;
import io.kerbwatch.server.platform.MasterKey;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Optional;

/**
 * What a browser was sent to the provider with. It lies in a cookie of that browser, encrypted, and nowhere else: whoever
 * begins a million of them fills nothing, and an answer that another browser asked for finds none that fits.
 *
 * @param state comes back with the answer
 * @param nonce comes back within the ID token
 * @param verifier of PKCE (RFC 7636), told when the code is redeemed
 * @param to page to go on to
 */
record OidcAttempt(String state, String nonce, String verifier, String to, Instant at) {
    static final Duration LIFE = Duration.ofMinutes(10);

    private static final String PURPOSE = "oidc attempt";

    static OidcAttempt begin(String to, Instant now) {
        return new OidcAttempt(Secrets.fresh(""), Secrets.fresh(""), Secrets.fresh(""), to, now);
    }

    /** What the provider is told at first of the verifier (S256). */
    String challenge() {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(Secrets.hash(verifier));
    }

    boolean answeredBy(String theirs) {
        return MessageDigest.isEqual(state.getBytes(StandardCharsets.UTF_8), theirs.getBytes(StandardCharsets.UTF_8));
    }

    String sealed(MasterKey key) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(key.encrypt(PURPOSE, Json.bytes(this)));
    }

    /** Empty if it is none of ours, or too old. */
    static Optional<OidcAttempt> open(MasterKey key, String cookie, Instant now) {
        try {
            byte[] plain = key.decrypt(PURPOSE, Base64.getUrlDecoder().decode(cookie));
            return Optional.of(Json.read(plain, OidcAttempt.class))
                    .filter(attempt -> attempt.at().plus(LIFE).isAfter(now));
        } catch (IllegalArgumentException | UncheckedIOException e) {
            return Optional.empty();
        }
    }
}
