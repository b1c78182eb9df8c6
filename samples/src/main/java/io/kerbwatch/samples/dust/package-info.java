/** Dust monitors to practise on: they tell made-up days over HJ 212-2017. */
@NullMarked
package io.kerbwatch.samples.dust;

import org.jspecify.annotations.NullMarked;
