package io.kerbwatch.server.platform;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Set;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * The key of this installation. It encrypts what must not be read from a stolen disk or back-up: camera URLs, original
 * pictures, webhook secrets (AES-256-GCM, a fresh nonce each time, NIST SP 800-38D), and makes the fingerprints by which
 * a camera's URL is found again without being readable.
 *
 * <p>Every use has a purpose that is mixed into the key (HMAC-SHA256 as a one-block HKDF expand, RFC 5869) and bound to
 * the text as associated data, so that a secret put into the wrong column does not decrypt.
 */
public final class MasterKey {
    private static final int NONCE = 12;
    private static final int TAG_BITS = 128;
    private static final byte VERSION = 1;

    private final byte[] key;
    private final SecureRandom random = new SecureRandom();

    private MasterKey(byte[] key) {
        this.key = key;
    }

    /**
     * Reads the key, or makes it when the file is not there.
     *
     * @throws IOException if it can be neither read nor written, is damaged, or is open to others
     */
    public static MasterKey open(Path file) throws IOException {
        if (!Files.exists(file)) {
            create(file);
        }
        if (file.getFileSystem().supportedFileAttributeViews().contains("posix")) {
            Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(file);
            if (!PosixFilePermissions.fromString("rw-------").containsAll(permissions)) {
                throw new IOException("the key " + file + " can be read by others ("
                        + PosixFilePermissions.toString(permissions) + "); run: chmod 600 " + file);
            }
        }
        byte[] key;
        try {
            key = Base64.getDecoder().decode(Files.readString(file).trim());
        } catch (IllegalArgumentException e) {
            throw new IOException("the key " + file + " is damaged; put back the copy that you keep of it", e);
        }
        if (key.length != 32) {
            throw new IOException("the key " + file + " is damaged; put back the copy that you keep of it");
        }
        return new MasterKey(key);
    }

    private static void create(Path file) throws IOException {
        Path folder = file.toAbsolutePath().getParent();
        if (folder != null) {
            Files.createDirectories(folder);
        }
        byte[] key = new byte[32];
        new SecureRandom().nextBytes(key);
        // Whole and on disk before it has its name: half a key would make everything unreadable.
        Path draft = file.resolveSibling(file.getFileName() + ".new");
        Files.deleteIfExists(draft);
        boolean posix = file.getFileSystem().supportedFileAttributeViews().contains("posix");
        try (FileChannel channel = posix
                ? FileChannel.open(
                        draft,
                        Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))
                : FileChannel.open(draft, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            ByteBuffer text =
                    ByteBuffer.wrap(Base64.getEncoder().encodeToString(key).getBytes(StandardCharsets.US_ASCII));
            while (text.hasRemaining()) {
                channel.write(text);
            }
            channel.force(true);
        } catch (FileAlreadyExistsException e) {
            throw new IOException("someone else is making the key " + file + " at this moment", e);
        }
        Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE);
    }

    /** Encrypts; the answer is version, nonce, text and tag. */
    public byte[] encrypt(String purpose, byte[] plain) {
        try {
            byte[] nonce = new byte[NONCE];
            random.nextBytes(nonce);
            Cipher cipher = cipher(Cipher.ENCRYPT_MODE, purpose, nonce);
            byte[] sealed = cipher.doFinal(plain);
            return ByteBuffer.allocate(1 + NONCE + sealed.length)
                    .put(VERSION)
                    .put(nonce)
                    .put(sealed)
                    .array();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java has no AES-256-GCM", e);
        }
    }

    /**
     * Decrypts what {@link #encrypt} made for the same purpose.
     *
     * @throws IllegalArgumentException if it was made with another key or purpose, or was changed
     */
    public byte[] decrypt(String purpose, byte[] sealed) {
        if (sealed.length < 1 + NONCE + TAG_BITS / 8 || sealed[0] != VERSION) {
            throw new IllegalArgumentException("not something that this server encrypted");
        }
        try {
            byte[] nonce = new byte[NONCE];
            System.arraycopy(sealed, 1, nonce, 0, NONCE);
            return cipher(Cipher.DECRYPT_MODE, purpose, nonce).doFinal(sealed, 1 + NONCE, sealed.length - 1 - NONCE);
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException(
                    "encrypted with another master key, or changed since; put back the key that belongs to this data",
                    e);
        }
    }

    /** A fingerprint that only the holder of the key can compute. */
    public byte[] fingerprint(String purpose, String text) {
        return hmac(derived("fingerprint " + purpose), text.getBytes(StandardCharsets.UTF_8));
    }

    private Cipher cipher(int mode, String purpose, byte[] nonce) throws GeneralSecurityException {
        Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(
                mode, new SecretKeySpec(derived("encrypt " + purpose), "AES"), new GCMParameterSpec(TAG_BITS, nonce));
        cipher.updateAAD(purpose.getBytes(StandardCharsets.UTF_8));
        return cipher;
    }

    private byte[] derived(String purpose) {
        return hmac(key, (purpose + '\u0001').getBytes(StandardCharsets.UTF_8));
    }

    private static byte[] hmac(byte[] key, byte[] text) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
            return mac.doFinal(text);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java has no HMAC-SHA256", e);
        }
    }
}
