/** Pictures kept as evidence. */
@NullMarked
package io.kerbwatch.server.snapshot;

import org.jspecify.annotations.NullMarked;
