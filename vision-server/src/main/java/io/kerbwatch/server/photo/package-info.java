/** Photos that crews take of their work. */
@NullMarked
package io.kerbwatch.server.photo;

import org.jspecify.annotations.NullMarked;
