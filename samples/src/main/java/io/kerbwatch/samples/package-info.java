/**
 * A world to point Kerbwatch at: cameras that show rendered refuse stations, and a dispatcher who gets its orders and
 * sends a crew. Everything listens on loopback only.
 */
@NullMarked
package io.kerbwatch.samples;

import org.jspecify.annotations.NullMarked;
