/** Places that are watched. */
@NullMarked
package io.kerbwatch.server.site;

import org.jspecify.annotations.NullMarked;
