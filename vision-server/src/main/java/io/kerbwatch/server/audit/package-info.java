/** Who looked at or changed what. */
@NullMarked
package io.kerbwatch.server.audit;

import org.jspecify.annotations.NullMarked;
