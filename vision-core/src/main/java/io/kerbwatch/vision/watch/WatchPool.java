package io.kerbwatch.vision.watch;

/** Watches many cameras. */
public final class WatchPool {
    /** Puts a question; the answer comes through the sink. A question with the same id is put once. */
    public void verify(Verification verification) {}
}
