/**
 * From the letterboxed input to detections, by the model that the models jar carries.
 */
@NullMarked
package io.kerbwatch.vision.detect;

import org.jspecify.annotations.NullMarked;
