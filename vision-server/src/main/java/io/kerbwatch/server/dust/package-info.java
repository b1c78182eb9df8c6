/** Dust over roads: monitors, limits, and the orders to sweep and to sprinkle that follow. */
@NullMarked
package io.kerbwatch.server.dust;

import org.jspecify.annotations.NullMarked;
