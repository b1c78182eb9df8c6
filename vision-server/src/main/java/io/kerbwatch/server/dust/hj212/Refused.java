package io.kerbwatch.server.dust.hj212;

import java.time.Instant;

/**
 * A packet that arrived whole and was not taken. It is for people to look at: it must not raise an alarm or an order.
 *
 * @param reason why
 * @param mn as sent; empty if there is none that could be one
 * @param text the packet's data segment with the password struck out, at most 4096 characters
 * @param received when it came
 * @param from address of the sender, without port
 */
public record Refused(Reason reason, String mn, String text, Instant received, String from) {
    /** Why a packet is not taken, and what the sender is told (QnRtn, HJ 212-2017). */
    public enum Reason {
        /** Nobody registered this MN. */
        UNREGISTERED(4, Count.UNKNOWN_MN),
        /** Another password was set for this MN. */
        WRONG_PASSWORD(3, Count.WRONG_PASSWORD),
        /** ST is neither 39 nor 22. */
        UNKNOWN_SYSTEM(5, Count.UNKNOWN_ST),
        /** CN is none of 2011, 2051, 2061 and 2031. */
        UNKNOWN_COMMAND(8, Count.UNKNOWN_CN),
        /** A Flag, PNUM or PNO that cannot be. */
        BAD_FLAG(6, Count.MALFORMED),
        /** No MN, no DataTime, or signs where none may be. */
        MALFORMED(2, Count.MALFORMED),
        /** A part of a split packet whose other parts did not come. */
        INCOMPLETE(2, Count.SPLIT_INCOMPLETE);

        private final int code;
        private final Count count;

        Reason(int code, Count count) {
            this.code = code;
            this.count = count;
        }

        int code() {
            return code;
        }

        Count count() {
            return count;
        }
    }
}
