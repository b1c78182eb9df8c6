/** Cameras, their zones, and the way to whoever watches them. */
@NullMarked
package io.kerbwatch.server.camera;

import org.jspecify.annotations.NullMarked;
