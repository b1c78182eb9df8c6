package io.kerbwatch.vision.judge;

/**
 * Scores that mean something to one kind's judge.
 *
 * @param on from here a box speaks for dirt
 * @param off under it nothing is there; in between nobody knows
 * @param binOff from here a box is taken for a bin that is not overflowing
 */
public record JudgeThresholds(double on, double off, double binOff) {}
