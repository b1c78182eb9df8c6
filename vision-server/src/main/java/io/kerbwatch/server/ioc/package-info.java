/** The control room: the district on one screen. */
@NullMarked
package io.kerbwatch.server.ioc;

import org.jspecify.annotations.NullMarked;
