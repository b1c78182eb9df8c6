/** One class per command of the command line. */
@NullMarked
package io.kerbwatch.server.command;

import org.jspecify.annotations.NullMarked;
