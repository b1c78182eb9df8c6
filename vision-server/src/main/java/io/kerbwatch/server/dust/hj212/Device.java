package io.kerbwatch.server.dust.hj212;

import java.time.ZoneId;

/**
 * What must be known of a registered device to read its packets.
 *
 * @param zone of the local times that it sends
 * @param unit in which it sends PM2.5, PM10 and TSP
 */
public record Device(ZoneId zone, ConcentrationUnit unit) {
    /** Beijing time and mg/m³. */
    public static final Device STANDARD = new Device(ZoneId.of("Asia/Shanghai"), ConcentrationUnit.MILLIGRAMS);
}
