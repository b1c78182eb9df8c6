/** Who cleans: members, teams, shifts, and who is sent where. */
@NullMarked
package io.kerbwatch.server.crew;

import org.jspecify.annotations.NullMarked;
