/** Whether the server lives, what it counts, what it serves. */
@NullMarked
package io.kerbwatch.server.health;

import org.jspecify.annotations.NullMarked;
