/** People counters to try a receiver with. */
@NullMarked
package io.kerbwatch.samples.flow;

import org.jspecify.annotations.NullMarked;
