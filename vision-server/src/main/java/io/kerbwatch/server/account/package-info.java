/** Who may come in: tokens, sign-in links, sessions. */
@NullMarked
package io.kerbwatch.server.account;

import org.jspecify.annotations.NullMarked;
