/** The way back: what people said of incidents becomes pictures to learn from. */
@NullMarked
package io.kerbwatch.server.dataset;

import org.jspecify.annotations.NullMarked;
