package io.kerbwatch.server;

import io.kerbwatch.vision.judge.Finding;
import io.kerbwatch.vision.judge.JudgeState;
import io.kerbwatch.vision.snapshot.Snapshot;
import io.kerbwatch.vision.watch.CameraStatus;
import io.kerbwatch.vision.watch.FindingSink;
import io.kerbwatch.vision.watch.Verification;
import java.util.concurrent.CompletableFuture;

/** Stands where the sink will be: what is watched and who takes the findings need each other at the start. */
final class LateSink implements FindingSink {
    private final CompletableFuture<FindingSink> sink = new CompletableFuture<>();

    void open(FindingSink real) {
        sink.complete(real);
    }

    @Override
    public void accept(Finding finding, JudgeState state, Snapshot snapshot) {
        sink.join().accept(finding, state, snapshot);
    }

    @Override
    public void verified(Verification.Answer answer) {
        sink.join().verified(answer);
    }

    @Override
    public void changed(CameraStatus status) {
        sink.join().changed(status);
    }
}
