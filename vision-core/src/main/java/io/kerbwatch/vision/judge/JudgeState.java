package io.kerbwatch.vision.judge;

/**
 * All that a judge of one zone and kind remembers, to be kept and handed back after a restart. What is inside is the
 * judge's own business.
 *
 * @param bytes as {@link ZoneJudge#save()} wrote them; not copied, not to be changed
 */
public record JudgeState(String camera, String zone, Kind kind, byte[] bytes) {}
