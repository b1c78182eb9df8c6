/** Visitors of public toilets: counters, when a facility is to be cleaned, and what came of it. */
@NullMarked
package io.kerbwatch.server.flow;

import org.jspecify.annotations.NullMarked;
