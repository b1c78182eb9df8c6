package io.kerbwatch.server.photo;

/** Makes a photo that may be looked at of one that a phone sent. The vision part has the hand for it. */
public interface PhotoCleaning {
    /**
     * Decodes, hides people, makes it small enough and encodes it anew: nothing else of the file is left. Blocking.
     *
     * @return a JPEG
     * @throws IllegalArgumentException if it cannot be decoded
     */
    byte[] clean(byte[] jpeg);
}
