package io.kerbwatch.samples.dust;

/**
 * A monitor to be played.
 *
 * @param mn its number, letters and digits
 * @param password its PW, letters and digits
 * @param story what happens around it
 * @param perMicrogram what it sends for 1 µg/m³: 0.001 if it sends mg/m³, 1 if it sends µg/m³
 */
public record DustMonitor(String mn, String password, DustStory story, double perMicrogram) {
    public DustMonitor {
        if (!mn.matches("[0-9A-Za-z]{1,24}") || !password.matches("[0-9A-Za-z]{1,16}")) {
            throw new IllegalArgumentException("MN and PW are letters and digits, at most 24 and 16 of them: " + mn);
        }
    }
}
