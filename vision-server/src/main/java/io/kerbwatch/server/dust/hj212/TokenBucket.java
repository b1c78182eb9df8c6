package io.kerbwatch.server.dust.hj212;

/** How many packets a connection may still bring in. Times in nanoseconds of any steady clock. */
final class TokenBucket {
    private final double perNano;
    private final double most;
    private double tokens;
    private long at;

    TokenBucket(int perSecond, int burst, long now) {
        perNano = perSecond / 1e9;
        most = burst;
        tokens = burst;
        at = now;
    }

    /** Takes up to so many; how many there were. */
    int take(int wanted, long now) {
        tokens = Math.min(most, tokens + (now - at) * perNano);
        at = now;
        int taken = (int) Math.min(wanted, tokens);
        tokens -= taken;
        return taken;
    }
}
