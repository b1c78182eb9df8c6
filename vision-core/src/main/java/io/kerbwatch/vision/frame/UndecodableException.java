package io.kerbwatch.vision.frame;

/** No picture could be made of a packet. */
public final class UndecodableException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    UndecodableException(String message) {
        super(message);
    }
}
