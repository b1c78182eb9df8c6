package io.kerbwatch.server.account;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.time.Instant;

/** What must be so in an ID token whose signature is right (OpenID Connect Core 1.0, section 3.1.3.7). */
final class IdToken {
    /** How far the clocks of two machines may be apart. */
    static final Duration LEEWAY = Duration.ofSeconds(60);

    private static final int LONGEST_SUBJECT = 255;

    private IdToken() {}

    /** @throws OidcRefusal that says what is wrong */
    static void check(JsonNode claims, String issuer, String clientId, String nonce, Instant now) throws OidcRefusal {
        need(claims.path("iss").asText().equals(issuer), "is from another issuer");
        need(isFor(claims.path("aud"), clientId), "is not for us");
        need(
                claims.path("aud").size() < 2 || claims.hasNonNull("azp"),
                "is for several, and does not tell who asked for it");
        need(!claims.hasNonNull("azp") || claims.path("azp").asText().equals(clientId), "was asked for by another");
        need(claims.path("nonce").asText("").equals(nonce), "belongs to another sign-in");
        need(claims.path("exp").isNumber() && at(claims, "exp").plus(LEEWAY).isAfter(now), "has expired");
        need(claims.path("iat").isNumber() && !at(claims, "iat").minus(LEEWAY).isAfter(now), "is from the future");
        need(
                !claims.has("nbf")
                        || (claims.path("nbf").isNumber()
                                && !at(claims, "nbf").minus(LEEWAY).isAfter(now)),
                "does not hold yet");
        String subject = claims.path("sub").isTextual() ? claims.path("sub").asText() : "";
        need(
                !subject.isBlank() && subject.length() <= LONGEST_SUBJECT && subject.indexOf('\0') < 0,
                "does not tell who it is about");
    }

    private static boolean isFor(JsonNode audience, String clientId) {
        boolean found = audience.isTextual() && audience.asText().equals(clientId);
        for (JsonNode one : audience) {
            found |= one.isTextual() && one.asText().equals(clientId);
        }
        return found;
    }

    private static Instant at(JsonNode claims, String claim) {
        // Far enough for every clock, and no number is too large for an instant.
        long seconds = Math.max(0, Math.min(claims.path(claim).asLong(), 1L << 36));
        return Instant.ofEpochSecond(seconds);
    }

    private static void need(boolean so, String otherwise) throws OidcRefusal {
        if (!so) {
            throw OidcRefusal.answer("the ID token " + otherwise);
        }
    }
}
