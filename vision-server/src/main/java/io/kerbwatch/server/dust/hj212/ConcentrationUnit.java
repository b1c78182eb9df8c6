package io.kerbwatch.server.dust.hj212;

/**
 * In what a device sends PM2.5, PM10 and TSP. Nothing in a packet says it, and firmwares differ by a factor of a thousand
 * either way, so it is set for each device, by comparing with the device's own display.
 */
public enum ConcentrationUnit {
    /** mg/m³. */
    MILLIGRAMS(1000),
    /** µg/m³. */
    MICROGRAMS(1),
    /** ng/m³. */
    NANOGRAMS(0.001);

    private final double micrograms;

    ConcentrationUnit(double micrograms) {
        this.micrograms = micrograms;
    }

    double toMicrograms(double value) {
        return value * micrograms;
    }
}
