package io.kerbwatch.vision.stream;

/** A session could not be opened or ended. The message is for people; it holds no user information. */
public final class StreamException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final StreamHealth.Grade grade;
    private final String reason;

    public StreamException(StreamHealth.Grade grade, String message) {
        super(message);
        this.grade = grade;
        this.reason = message;
    }

    /** What the session's health is because of it. */
    public StreamHealth.Grade grade() {
        return grade;
    }

    /** The message. */
    public String reason() {
        return reason;
    }
}
