package io.kerbwatch.vision.scene;

import io.kerbwatch.vision.frame.InputBuffer;
import io.kerbwatch.vision.frame.Letterbox;
import java.nio.ByteBuffer;

/** By which light a camera sees: at night many switch to infrared, whose pictures have no colour. */
public enum LightMode {
    COLOUR,
    INFRARED;

    /** Mean difference between a pixel's strongest and weakest colour under which a picture has none. */
    private static final double COLOURLESS = 4;

    /** Tells by the colours of an input. */
    public static LightMode of(InputBuffer input, Letterbox box) {
        ByteBuffer bytes = input.bytes();
        int plane = input.width() * input.height();
        long sum = 0;
        int n = 0;
        for (int y = box.top(); y < box.top() + box.height(); y += 4) {
            for (int x = box.left(); x < box.left() + box.width(); x += 4) {
                int i = y * input.width() + x;
                int r = bytes.get(i) & 0xff;
                int g = bytes.get(plane + i) & 0xff;
                int b = bytes.get(2 * plane + i) & 0xff;
                sum += Math.max(r, Math.max(g, b)) - Math.min(r, Math.min(g, b));
                n++;
            }
        }
        return sum < COLOURLESS * n ? INFRARED : COLOUR;
    }
}
