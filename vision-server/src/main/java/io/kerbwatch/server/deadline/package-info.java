/** How long each step of an order may take, and who is told when it takes longer: data, by class and place. */
@NullMarked
package io.kerbwatch.server.deadline;

import org.jspecify.annotations.NullMarked;
