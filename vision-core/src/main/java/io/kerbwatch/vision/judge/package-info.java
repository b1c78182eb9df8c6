/**
 * Detections over time become findings. Pure: no clock, no threads, no input or output.
 */
@NullMarked
package io.kerbwatch.vision.judge;

import org.jspecify.annotations.NullMarked;
