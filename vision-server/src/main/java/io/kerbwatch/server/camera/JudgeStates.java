package io.kerbwatch.server.camera;

import io.kerbwatch.server.platform.Tx;
import io.kerbwatch.vision.judge.JudgeState;
import java.util.List;
import java.util.UUID;

/** What the judges of a camera remembered last. */
public interface JudgeStates {
    List<JudgeState> load(Tx tx, UUID camera);
}
