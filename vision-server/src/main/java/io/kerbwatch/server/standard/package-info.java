/**
 * Operating standards: what each kind of city space has to be like, what people saw there, and what a month comes to,
 * each point with the incident, order or check that it rests on.
 */
@NullMarked
package io.kerbwatch.server.standard;

import org.jspecify.annotations.NullMarked;
