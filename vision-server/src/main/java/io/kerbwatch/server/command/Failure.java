package io.kerbwatch.server.command;

/** A command could not do its work; the message is for whoever typed it. */
final class Failure extends Exception {
    private static final long serialVersionUID = 1L;

    Failure(String message) {
        super(message);
    }
}
