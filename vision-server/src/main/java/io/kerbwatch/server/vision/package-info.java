/** Joins the server to the library that watches cameras: what either says is put into the other's words. */
@NullMarked
package io.kerbwatch.server.vision;

import org.jspecify.annotations.NullMarked;
