/**
 * What people may see of a picture: people blurred, detections drawn.
 */
@NullMarked
package io.kerbwatch.vision.snapshot;

import org.jspecify.annotations.NullMarked;
