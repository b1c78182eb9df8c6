/** What tells of a place beside the cameras that watch bins: dust monitors, people counters, cameras at entrances. */
@NullMarked
package io.kerbwatch.server.device;

import org.jspecify.annotations.NullMarked;
