package io.kerbwatch.vision.scene;

import java.util.Locale;

/** What keeps a view from being judged. */
public enum ViewFault {
    DARK("The picture is almost black; is the lamp or the infrared light out?"),
    COVERED("Something covers the lens; look whether it is hung over, painted or turned to a wall."),
    BLURRED("The picture is much less sharp than it used to be; clean the lens, or focus it."),
    MOVED("The camera points elsewhere than before; turn it back, or draw the zones anew and confirm the view."),
    NOT_RECOGNISED("The view does not look like the one that was learnt; is something large in front of the camera?"),
    FROZEN("The camera sends the same picture again and again; restart it."),
    NO_PICTURE("The stream comes, but no picture can be made of it; check codec and cable.");

    private final String reason;

    ViewFault(String reason) {
        this.reason = reason;
    }

    /** What it means and what to do, in plain words. */
    public String reason() {
        return reason;
    }

    /** The name in the API and in files. */
    public String code() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
