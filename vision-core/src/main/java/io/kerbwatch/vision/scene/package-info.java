/**
 * Whether the view is good, whether anything changed in it, and what moves.
 */
@NullMarked
package io.kerbwatch.vision.scene;

import org.jspecify.annotations.NullMarked;
