/**
 * The {@code benchmark} command: what watching and detecting cost on this machine, beside what others spend on it.
 */
@NullMarked
package io.kerbwatch.server.command.benchmark;

import org.jspecify.annotations.NullMarked;
