/**
 * From an encoded packet to a picture and to the letterboxed input of the detector.
 */
@NullMarked
package io.kerbwatch.vision.frame;

import org.jspecify.annotations.NullMarked;
