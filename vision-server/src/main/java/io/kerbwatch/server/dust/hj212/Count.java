package io.kerbwatch.server.dust.hj212;

/** What the receiver counts. */
public enum Count {
    /** Connections taken. */
    CONNECTIONS,
    /** Connections closed at once, since their address or the whole receiver has too many. */
    CONNECTIONS_REFUSED,
    /** Connections closed for what came over them: only noise, or one wrong password after another. */
    CONNECTIONS_CUT,
    /** Packets with the right length and check sum. */
    RECEIVED,
    /** Reports that the listener has stored. */
    ACCEPTED,
    /** Packets with a wrong check sum. */
    BAD_CRC,
    /** Packets whose length is no number or does not fit what follows. */
    BAD_LENGTH,
    /** Packets that say they are longer than the limit. */
    OVERSIZE,
    /** Bytes that belong to no packet. */
    NOISE_BYTES,
    /** Packets whose text cannot be read: no MN, no DataTime, a Flag that is no number. */
    MALFORMED,
    /** Packets of a device that nobody registered. */
    UNKNOWN_MN,
    /** Packets with a wrong password. */
    WRONG_PASSWORD,
    /** Packets of another system than dust (ST 39) or air (ST 22). */
    UNKNOWN_ST,
    /** Packets with another command than real-time, minute, hour and day data. */
    UNKNOWN_CN,
    /** Packets that came before: answered, not handed on. */
    DUPLICATE,
    /** Reports older than what their device has already sent, or than they should be. */
    LATE,
    /** Reports from the future. */
    FUTURE,
    /** Split packets whose other parts did not come in time, or of which there were too many. */
    SPLIT_INCOMPLETE,
    /** Times a connection had to wait since it sent too fast. */
    THROTTLED,
    /** Packets that the listener could not store; not answered, so that the device sends them again. */
    NOT_STORED,
    /** Answers written. */
    ANSWERED
}
