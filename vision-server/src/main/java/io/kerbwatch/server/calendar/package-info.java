/** When time counts: work time of a place, holidays and pauses. */
@NullMarked
package io.kerbwatch.server.calendar;

import org.jspecify.annotations.NullMarked;
