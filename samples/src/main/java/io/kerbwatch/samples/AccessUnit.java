package io.kerbwatch.samples;

import java.util.List;

/**
 * One coded picture.
 *
 * @param nalUnits its NAL units without start codes or lengths
 * @param key whether decoding can begin here
 */
record AccessUnit(List<byte[]> nalUnits, boolean key) {}
