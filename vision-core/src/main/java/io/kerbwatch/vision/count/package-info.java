/**
 * Counts who crosses a line: pictures of an entrance to crossings, in and out. Knows heads and boxes, no faces and nobody;
 * gives a picture away only with people blurred on it.
 */
@NullMarked
package io.kerbwatch.vision.count;

import org.jspecify.annotations.NullMarked;
