/** How often what happened: sums by hour and day that the database keeps up to date. */
@NullMarked
package io.kerbwatch.server.tally;

import org.jspecify.annotations.NullMarked;
