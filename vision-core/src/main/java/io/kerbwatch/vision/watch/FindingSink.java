package io.kerbwatch.vision.watch;

import io.kerbwatch.vision.judge.Finding;
import io.kerbwatch.vision.judge.JudgeState;
import io.kerbwatch.vision.snapshot.Snapshot;

/**
 * The only way out of the vision part. Calls come at least once, in order per camera, from the threads of the pool; a
 * receiver makes them idempotent by the finding's id.
 *
 * <p>A call that returns is an acknowledgement. A call that throws is repeated until it returns, and until then no
 * other finding of that zone and kind is told.
 */
public interface FindingSink {
    /**
     * Stores the finding, the judge's state after it, and the picture that it rests on, in one transaction. So a
     * restart neither repeats nor forgets a finding.
     */
    void accept(Finding finding, JudgeState state, Snapshot snapshot);

    /**
     * Takes the answer to a question put by {@link WatchPool#verify}. Told once per question; after a restart the
     * question has to be put again.
     */
    void verified(Verification.Answer answer);

    /** Takes note that something about a camera changed: its session's health, faults of its view, what it can judge. */
    void changed(CameraStatus status);
}
