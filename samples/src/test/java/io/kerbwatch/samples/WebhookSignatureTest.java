package io.kerbwatch.samples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.standardwebhooks.Webhook;
import com.standardwebhooks.exceptions.WebhookSigningException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class WebhookSignatureTest {
    private static final String SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    private static final String OTHER = "whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";
    private static final Instant NOW = Instant.parse("2026-11-23T08:00:00Z");
    private static final String BODY = "{\"type\":\"ping\",\"data\":{\"满\":1}}";

    @Test
    void holdsForWhatTheReferenceLibrarySigns() throws WebhookSigningException {
        assertThat(holds(SECRET, sign(SECRET), BODY, NOW)).isTrue();
    }

    @Test
    void holdsWhenOneOfSeveralSignaturesIsRight() throws WebhookSigningException {
        assertThat(holds(SECRET, "v1a,unknown " + sign(OTHER) + " " + sign(SECRET), BODY, NOW))
                .isTrue();
        assertThat(holds(SECRET, sign(OTHER), BODY, NOW)).isFalse();
    }

    @Test
    void coversEachByte() throws WebhookSigningException {
        assertThat(holds(SECRET, sign(SECRET), BODY + " ", NOW)).isFalse();
        assertThat(holds(SECRET, sign(SECRET).replace("v1,", "v2,"), BODY, NOW)).isFalse();
        assertThat(holds(SECRET, "", BODY, NOW)).isFalse();
    }

    @Test
    void endsAfterFiveMinutesOnEitherSide() throws WebhookSigningException {
        assertThat(holds(SECRET, sign(SECRET), BODY, NOW.plusSeconds(300))).isTrue();
        assertThat(holds(SECRET, sign(SECRET), BODY, NOW.plusSeconds(301))).isFalse();
        assertThat(holds(SECRET, sign(SECRET), BODY, NOW.minusSeconds(301))).isFalse();
    }

    @Test
    void refusesOtherSecrets() {
        assertThatThrownBy(() -> WebhookSignature.key("whsk_AAAA")).hasMessageContaining("whsec_");
    }

    private static String sign(String secret) throws WebhookSigningException {
        return new Webhook(secret).sign("msg_1", NOW.getEpochSecond(), BODY);
    }

    private static boolean holds(String secret, String signatures, String body, Instant now) {
        return WebhookSignature.holds(
                List.of(WebhookSignature.key(secret)),
                "msg_1",
                Long.toString(NOW.getEpochSecond()),
                signatures,
                body.getBytes(StandardCharsets.UTF_8),
                now);
    }
}
