/** Dirty places, each from confirmed to cleared. */
@NullMarked
package io.kerbwatch.server.incident;

import org.jspecify.annotations.NullMarked;
