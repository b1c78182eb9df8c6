/** What happened, told to pages as it happens. */
@NullMarked
package io.kerbwatch.server.event;

import org.jspecify.annotations.NullMarked;
