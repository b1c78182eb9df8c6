package io.kerbwatch.samples;

/** What a sample camera asks for before it shows anything (RFC 2617). */
public record Login(String user, String password, Scheme scheme) {
    /** How the password is proved. */
    public enum Scheme {
        /** In clear. */
        BASIC,
        /** By MD5 over the server's nonce, without {@code qop}. */
        DIGEST
    }

    @Override
    public String toString() {
        return "Login[" + user + ", " + scheme + "]";
    }
}
