package io.kerbwatch.vision.watch;

import io.kerbwatch.vision.judge.JudgeState;
import java.util.List;

/** Where what judges remember is kept over restarts; written by {@link FindingSink#accept}. */
@FunctionalInterface
public interface JudgeStates {
    /** What was kept last for each zone and kind of a camera. */
    List<JudgeState> load(String camera);
}
