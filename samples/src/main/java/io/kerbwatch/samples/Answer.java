package io.kerbwatch.samples;

import java.net.URI;
import java.time.Duration;

/** How the consumer answers a webhook whose signature is right. */
public sealed interface Answer {
    /** Does what the message asks for, then answers 204. */
    record Well() implements Answer {}

    /** Does what the message asks for, and answers 204 that much later. */
    record Late(Duration delay) implements Answer {}

    /** Does what the message asks for, and closes the connection instead of answering. */
    record Lost() implements Answer {}

    /** Closes the connection, and does nothing. */
    record HangUp() implements Answer {}

    /** Answers with that status, and does nothing. */
    record Status(int code) implements Answer {}

    /** Answers 307 to another place, and does nothing. */
    record Redirect(URI to) implements Answer {}
}
