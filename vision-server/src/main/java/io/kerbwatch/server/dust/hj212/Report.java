package io.kerbwatch.server.dust.hj212;

import java.time.Instant;
import java.util.List;

/**
 * What a registered device told in one packet, or in one that was split.
 *
 * @param mn of the device
 * @param qn the device's number for the packet; empty if it sends none
 * @param kind what it covers
 * @param time DataTime: of the moment, or the begin of what a mean covers
 * @param received when the packet was complete
 * @param timing how those two stand to each other
 * @param readings at most one for each factor
 * @param otherCodes codes of factors that we do not know, the first sixteen
 * @param from address of the sender, without port
 * @param line the connection that it came over; no two that are open at once have the same
 * @param text the packet's data segment without its password if the report is of the future, for people to look at; else
 *     empty
 */
public record Report(
        String mn,
        String qn,
        DataKind kind,
        Instant time,
        Instant received,
        Timing timing,
        List<Reading> readings,
        List<String> otherCodes,
        String from,
        long line,
        String text) {}
