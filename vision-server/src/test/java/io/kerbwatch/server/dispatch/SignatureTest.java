package io.kerbwatch.server.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.kerbwatch.server.TestServer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.Signature;
import java.security.spec.X509EncodedKeySpec;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;
import org.bouncycastle.crypto.params.Ed25519PrivateKeyParameters;
import org.bouncycastle.crypto.params.Ed25519PublicKeyParameters;
import org.bouncycastle.crypto.signers.Ed25519Signer;
import org.junit.jupiter.api.Test;

/** Signatures that need no shared secret, held against two implementations. */
class SignatureTest {
    @Test
    void ed25519IsCheckedWithThePublicKeyOfTheApi() throws GeneralSecurityException {
        try (TestDispatch world = TestDispatch.start();
                Receiver receiver = new Receiver(got -> 200)) {
            JsonNode created =
                    world.made("{\"name\":\"keys\",\"url\":\"" + receiver.url() + "\",\"signing\":\"ed25519\"}");
            assertThat(created.get("secret").isNull()).isTrue();
            UUID endpoint = TestServer.id(created.get("endpoint"));
            String first =
                    created.get("endpoint").get("publicKeys").get(0).get("key").asText();
            Receiver.Got ping = receiver.of("ping").get(0);
            assertThat(ping.signature()).startsWith("v1a,").doesNotContain(" ");
            assertThat(holds(first, ping.signature(), signed(ping))).isTrue();
            byte[] changed = signed(ping);
            changed[40] ^= 1;
            assertThat(holds(first, ping.signature(), changed)).isFalse();

            JsonNode rotated = world.kerbwatch
                    .api
                    .post("/api/v1/endpoints/" + endpoint + "/rotate", "")
                    .expect(200);
            assertThat(rotated.get("secret").isNull()).isTrue();
            JsonNode keys = rotated.get("endpoint").get("publicKeys");
            assertThat(keys).hasSize(2);
            assertThat(keys.get(0).get("until").isNull()).isTrue();
            assertThat(keys.get(1).get("key").asText()).isEqualTo(first);
            assertThat(keys.get(1).get("until").asText())
                    .isEqualTo(world.kerbwatch
                            .clock
                            .instant()
                            .plus(Duration.ofHours(24))
                            .toString());
            world.kerbwatch
                    .api
                    .post("/api/v1/endpoints/" + endpoint + "/ping", "")
                    .expect(200);
            Receiver.Got both = receiver.of("ping").get(1);
            List<String> signatures = List.of(both.signature().split(" ", -1));
            assertThat(holds(keys.get(0).get("key").asText(), signatures.get(0), signed(both)))
                    .isTrue();
            assertThat(holds(first, signatures.get(1), signed(both))).isTrue();

            world.kerbwatch.clock.advance(Duration.ofHours(25));
            world.kerbwatch
                    .api
                    .post("/api/v1/endpoints/" + endpoint + "/ping", "")
                    .expect(200);
            assertThat(receiver.of("ping").get(2).signature()).doesNotContain(" ");
        }
    }

    @Test
    void aKeyIsWrittenAsTheStandardsLibrariesWriteIt() {
        String key = io.kerbwatch.server.dispatch.Signature.freshKey();
        byte[] both = Base64.getDecoder().decode(key.substring("whsk_".length()));
        byte[] derived = new Ed25519PrivateKeyParameters(Arrays.copyOf(both, 32))
                .generatePublicKey()
                .getEncoded();
        assertThat(io.kerbwatch.server.dispatch.Signature.publicKey(key))
                .isEqualTo("whpk_" + Base64.getEncoder().encodeToString(derived));
        assertThat(both).hasSize(64).endsWith(derived);
    }

    @Test
    void whatDoesNotBelongTogetherIsRefused() {
        try (TestDispatch world = TestDispatch.start()) {
            String secret = "whsec_" + Base64.getEncoder().encodeToString(new byte[32]);
            assertThat(world.kerbwatch
                            .api
                            .post(
                                    "/api/v1/endpoints",
                                    "{\"name\":\"x\",\"url\":\"http://127.0.0.1:9/\",\"signing\":\"ed25519\",\"secret\":\""
                                            + secret + "\"}")
                            .expect(400)
                            .toString())
                    .contains("/secret", "publicKeys");
        }
    }

    private static byte[] signed(Receiver.Got got) {
        byte[] before = (got.id() + "." + got.timestamp() + ".").getBytes(StandardCharsets.UTF_8);
        byte[] all = Arrays.copyOf(before, before.length + got.body().length);
        System.arraycopy(got.body(), 0, all, before.length, got.body().length);
        return all;
    }

    /** What the JDK and Bouncy Castle both say. */
    private static boolean holds(String publicKey, String signature, byte[] signed) throws GeneralSecurityException {
        assertThat(publicKey).startsWith("whpk_");
        byte[] key = Base64.getDecoder().decode(publicKey.substring("whpk_".length()));
        byte[] bytes = Base64.getDecoder().decode(signature.substring("v1a,".length()));
        byte[] wrapped = Arrays.copyOf(HexFormat.of().parseHex("302a300506032b6570032100"), 44);
        System.arraycopy(key, 0, wrapped, 12, 32);
        Signature jdk = Signature.getInstance("Ed25519");
        jdk.initVerify(KeyFactory.getInstance("Ed25519").generatePublic(new X509EncodedKeySpec(wrapped)));
        jdk.update(signed);
        boolean said = jdk.verify(bytes);
        Ed25519Signer other = new Ed25519Signer();
        other.init(false, new Ed25519PublicKeyParameters(key));
        other.update(signed, 0, signed.length);
        assertThat(other.verifySignature(bytes)).isEqualTo(said);
        return said;
    }
}
