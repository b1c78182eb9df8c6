package io.kerbwatch.server.camera;

import io.kerbwatch.server.platform.AddressPolicy;
import io.kerbwatch.server.platform.Problem;
import io.kerbwatch.server.platform.Settings;
import io.kerbwatch.vision.stream.CameraUrl;

/** Which URLs may be read from, whatever is watched there. */
public final class CameraUrls {
    private CameraUrls() {}

    /**
     * Reads a URL from outside; what is refused is not repeated, since it may hold a password. A host whose name is not
     * known now is let through: it is looked up and checked again at each connection.
     *
     * @throws Problem.Raised 400 at {@code /url} if it is none, or leads to where cameras may not be
     */
    public static CameraUrl allowed(Settings settings, String text) {
        CameraUrl url;
        try {
            url = CameraUrl.parse(text.trim());
        } catch (IllegalArgumentException e) {
            throw refused(e);
        }
        try {
            settings.get(Settings.CAMERAS_ALLOW).check(url.host());
        } catch (AddressPolicy.Refused e) {
            if (!e.unknown()) {
                throw refused(e);
            }
        }
        return url;
    }

    private static Problem.Raised refused(Exception why) {
        return Problem.invalid("/url", "It cannot be used: " + why.getMessage() + ".")
                .raised();
    }
}
