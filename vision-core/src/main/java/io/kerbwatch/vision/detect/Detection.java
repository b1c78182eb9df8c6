package io.kerbwatch.vision.detect;

/**
 * One thing that the detector sees.
 *
 * @param label what it is
 * @param box where, in pixels of the picture as decoded
 * @param score 0..1
 */
public record Detection(Label label, Box box, double score) {}
