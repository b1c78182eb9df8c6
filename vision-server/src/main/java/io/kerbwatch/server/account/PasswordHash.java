package io.kerbwatch.server.account;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.text.Normalizer;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.bouncycastle.crypto.generators.Argon2BytesGenerator;
import org.bouncycastle.crypto.params.Argon2Parameters;

/**
 * Argon2id (RFC 9106) as text in the PHC form, {@code $argon2id$v=19$m=…,t=…,p=…$salt$hash}. New hashes take 19 MiB, two
 * passes, one lane, a salt of 128 bits and give 256 bits: the least that OWASP's Password Storage Cheat Sheet asks for,
 * chosen over the 64 MiB of RFC 9106, section 4 because the server shares a small machine with cameras. Older hashes are
 * read with the parameters that stand in them.
 */
final class PasswordHash {
    static final int MEMORY_KIB = 19 << 10;
    private static final int PASSES = 2;
    private static final int LANES = 1;
    private static final int SALT_BYTES = 16;
    private static final int HASH_BYTES = 32;
    private static final String NOW = "$argon2id$v=19$m=" + MEMORY_KIB + ",t=" + PASSES + ",p=" + LANES + "$";
    private static final Pattern FORM =
            Pattern.compile("\\$argon2id\\$v=19\\$m=(\\d{1,7}),t=(\\d{1,3}),p=(\\d{1,2})\\$([^$]+)\\$([^$]+)");
    private static final SecureRandom RANDOM = new SecureRandom();

    private PasswordHash() {}

    static String of(String password) {
        byte[] salt = new byte[SALT_BYTES];
        RANDOM.nextBytes(salt);
        Base64.Encoder encoder = Base64.getEncoder().withoutPadding();
        return NOW + encoder.encodeToString(salt) + "$"
                + encoder.encodeToString(derive(password, salt, MEMORY_KIB, PASSES, LANES, HASH_BYTES));
    }

    /**
     * Whether a password is the one that was hashed; takes as long either way.
     *
     * @throws IllegalArgumentException if the text is no such hash
     */
    static boolean matches(String hash, String password) {
        Matcher parts = FORM.matcher(hash);
        if (!parts.matches()) {
            throw new IllegalArgumentException("this is no Argon2id hash");
        }
        byte[] expected = Base64.getDecoder().decode(parts.group(5));
        byte[] actual = derive(
                password,
                Base64.getDecoder().decode(parts.group(4)),
                Integer.parseInt(parts.group(1)),
                Integer.parseInt(parts.group(2)),
                Integer.parseInt(parts.group(3)),
                expected.length);
        return MessageDigest.isEqual(expected, actual);
    }

    /** Whether it was made with other parameters than are in use now. */
    static boolean outdated(String hash) {
        return !hash.startsWith(NOW);
    }

    private static byte[] derive(String password, byte[] salt, int memory, int passes, int lanes, int length) {
        Argon2BytesGenerator generator = new Argon2BytesGenerator();
        generator.init(new Argon2Parameters.Builder(Argon2Parameters.ARGON2_id)
                .withVersion(Argon2Parameters.ARGON2_VERSION_13)
                .withMemoryAsKB(memory)
                .withIterations(passes)
                .withParallelism(lanes)
                .withSalt(salt)
                .build());
        byte[] hash = new byte[length];
        // The same password typed on another keyboard may come composed otherwise (NIST SP 800-63B, section 5.1.1.2).
        String normal = Normalizer.normalize(password, Normalizer.Form.NFKC);
        generator.generateBytes(normal.getBytes(StandardCharsets.UTF_8), hash);
        return hash;
    }
}
