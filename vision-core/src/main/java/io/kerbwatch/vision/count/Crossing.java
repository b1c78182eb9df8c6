package io.kerbwatch.vision.count;

import java.time.Instant;

/** Somebody crossed the line; nothing says who. */
public record Crossing(Instant at, Direction direction) {}
