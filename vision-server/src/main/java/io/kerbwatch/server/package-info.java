/** Where the features are put together. */
@NullMarked
package io.kerbwatch.server;

import org.jspecify.annotations.NullMarked;
