/** A village to watch: sample cameras, a receiver with a crew, and a server between them. */
@NullMarked
package io.kerbwatch.server.command.demo;

import org.jspecify.annotations.NullMarked;
