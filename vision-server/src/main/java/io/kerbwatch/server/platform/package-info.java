/** What the features stand on: settings, database, keys, ids, problems, network policy, web. Knows no feature. */
@NullMarked
package io.kerbwatch.server.platform;

import org.jspecify.annotations.NullMarked;
