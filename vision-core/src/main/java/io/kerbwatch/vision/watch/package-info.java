/**
 * Joins the rooms for one camera and for many.
 */
@NullMarked
package io.kerbwatch.vision.watch;

import org.jspecify.annotations.NullMarked;
