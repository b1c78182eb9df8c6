/** What the cameras tell, stored once and acted upon in the same transaction. */
@NullMarked
package io.kerbwatch.server.finding;

import org.jspecify.annotations.NullMarked;
