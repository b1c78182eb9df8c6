package io.kerbwatch.server.dispatch;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.security.interfaces.EdECPrivateKey;
import java.security.spec.EdECPrivateKeySpec;
import java.security.spec.NamedParameterSpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.stream.Collectors;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Standard Webhooks 1.0.0: a signature over {@code id.timestamp.body}, exactly the bytes that are sent. Symmetric
 * ({@code v1}): HMAC-SHA256 with a shared {@code whsec_} secret. Asymmetric ({@code v1a}): ed25519 (RFC 8032) with a
 * {@code whsk_} key that never leaves this server, checked with its {@code whpk_}.
 */
final class Signature {
    private static final String SECRET = "whsec_";
    private static final String PRIVATE = "whsk_";
    private static final String PUBLIC = "whpk_";
    private static final String ED25519 = "Ed25519";
    private static final int SECRET_BYTES = 32;
    private static final int LEAST_BYTES = 24;
    private static final int MOST_BYTES = 64;
    private static final int KEY_BYTES = 32;
    /** What an ed25519 key is wrapped in as X.509 (RFC 8410): the key itself comes after it. */
    private static final int WRAPPED_BEFORE = 12;

    /** How long a secret may be, in bytes, for people. */
    static final String SECRET_LENGTHS = LEAST_BYTES + " to " + MOST_BYTES;

    private Signature() {}

    static String freshSecret() {
        byte[] bytes = new byte[SECRET_BYTES];
        new SecureRandom().nextBytes(bytes);
        return SECRET + Base64.getEncoder().encodeToString(bytes);
    }

    /** A fresh private key: its seed and its public key, 32 bytes each, as the standard's libraries write it. */
    static String freshKey() {
        try {
            KeyPair pair = KeyPairGenerator.getInstance(ED25519).generateKeyPair();
            byte[] seed = ((EdECPrivateKey) pair.getPrivate()).getBytes().orElseThrow();
            byte[] wrapped = pair.getPublic().getEncoded();
            byte[] both = Arrays.copyOf(seed, 2 * KEY_BYTES);
            System.arraycopy(wrapped, WRAPPED_BEFORE, both, KEY_BYTES, KEY_BYTES);
            return PRIVATE + Base64.getEncoder().encodeToString(both);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java has no ed25519", e);
        }
    }

    /** What a receiver checks signatures of a private key with. */
    static String publicKey(String key) {
        byte[] both = bytes(key);
        return PUBLIC + Base64.getEncoder().encodeToString(Arrays.copyOfRange(both, KEY_BYTES, 2 * KEY_BYTES));
    }

    /** Whether that is a secret as the standard has it. */
    static boolean isSecret(String text) {
        if (!text.startsWith(SECRET)) {
            return false;
        }
        try {
            int length = bytes(text).length;
            return length >= LEAST_BYTES && length <= MOST_BYTES;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    /** The header's value: one signature for each secret or key, so that a receiver may change over at leisure. */
    static String header(List<String> secrets, String id, long timestamp, byte[] body) {
        byte[] before = (id + '.' + timestamp + '.').getBytes(StandardCharsets.UTF_8);
        byte[] signed = Arrays.copyOf(before, before.length + body.length);
        System.arraycopy(body, 0, signed, before.length, body.length);
        return secrets.stream().map(secret -> one(secret, signed)).collect(Collectors.joining(" "));
    }

    private static String one(String secret, byte[] signed) {
        boolean symmetric = secret.startsWith(SECRET);
        byte[] signature =
                symmetric ? hmac(bytes(secret), signed) : ed25519(Arrays.copyOf(bytes(secret), KEY_BYTES), signed);
        return (symmetric ? "v1," : "v1a,") + Base64.getEncoder().encodeToString(signature);
    }

    /** HMAC-SHA256. */
    static byte[] hmac(byte[] key, byte[] signed) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
            return mac.doFinal(signed);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java has no HMAC-SHA256", e);
        }
    }

    private static byte[] ed25519(byte[] seed, byte[] signed) {
        try {
            java.security.Signature signer = java.security.Signature.getInstance(ED25519);
            signer.initSign(KeyFactory.getInstance(ED25519)
                    .generatePrivate(new EdECPrivateKeySpec(NamedParameterSpec.ED25519, seed)));
            signer.update(signed);
            return signer.sign();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java cannot sign with ed25519", e);
        }
    }

    private static byte[] bytes(String text) {
        return Base64.getDecoder().decode(text.substring(text.indexOf('_') + 1));
    }
}
