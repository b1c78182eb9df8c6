/** The order's life: one table of moves, its clocks, its history. */
@NullMarked
package io.kerbwatch.server.order;

import org.jspecify.annotations.NullMarked;
