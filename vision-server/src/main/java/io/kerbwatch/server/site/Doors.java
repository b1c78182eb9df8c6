package io.kerbwatch.server.site;

import io.kerbwatch.server.platform.MasterKey;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Locale;
import java.util.UUID;

/** What stands on the door of a place: a code that nobody can make up, for whoever has work there to show that they came. */
public final class Doors {
    /** Twelve signs can be typed where a camera does not read the square. */
    private static final int BYTES = 6;

    private final MasterKey key;

    public Doors(MasterKey key) {
        this.key = key;
    }

    /** The code of a site; always the same, so what was printed stays good. */
    public String code(UUID site) {
        return HexFormat.of().formatHex(key.fingerprint("door", site.toString()), 0, BYTES);
    }

    /** Whether somebody who shows that code read it at that door. */
    public boolean fits(UUID site, String shown) {
        return MessageDigest.isEqual(
                code(site).getBytes(StandardCharsets.UTF_8),
                shown.strip().toLowerCase(Locale.ROOT).getBytes(StandardCharsets.UTF_8));
    }
}
