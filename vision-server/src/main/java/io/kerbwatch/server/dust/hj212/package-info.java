/**
 * Receives dust monitors over HJ 212-2017, the data transfer standard of China's online monitoring of pollution: framing,
 * reading, answering and limits. It keeps nothing: who stores implements {@link io.kerbwatch.server.dust.hj212.DustListener}.
 */
@NullMarked
package io.kerbwatch.server.dust.hj212;

import org.jspecify.annotations.NullMarked;
