/** Signed messages to other systems, never lost. */
@NullMarked
package io.kerbwatch.server.dispatch;

import org.jspecify.annotations.NullMarked;
