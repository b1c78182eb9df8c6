package io.kerbwatch.samples;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A camera of a {@link SampleStation}.
 *
 * @param name the path of its address: letters, digits, dots, dashes
 * @param startAt the segment that it begins with; null for the clip's first
 * @param login what it asks for; null for nothing
 * @param cleanHold after how long in the clean segment its story starts over; null for never
 */
public record SampleCamera(
        String name,
        Clip clip,
        @Nullable String startAt,
        @Nullable Login login,
        @Nullable Duration cleanHold) {
    public SampleCamera {
        if (!name.matches("[A-Za-z0-9._-]+")) {
            throw new IllegalArgumentException(
                    "A sample camera's name is made of letters, digits, dots and dashes: '" + name + "' is not");
        }
    }

    /** A camera that shows the clip from its beginning, asks for nothing, and stays clean once it was cleaned. */
    public static SampleCamera of(String name, Clip clip) {
        return new SampleCamera(name, clip, null, null, null);
    }

    /** The same camera, beginning with that segment. */
    public SampleCamera startingAt(String segment) {
        return new SampleCamera(name, clip, segment, login, cleanHold);
    }

    /** The same camera behind a password. */
    public SampleCamera behind(Login asked) {
        return new SampleCamera(name, clip, startAt, asked, cleanHold);
    }

    /** The same camera, dirty again some time after it was cleaned. */
    public SampleCamera startingOverAfter(Duration clean) {
        return new SampleCamera(name, clip, startAt, login, clean);
    }
}
