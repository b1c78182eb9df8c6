package io.kerbwatch.vision.frame;

/**
 * How a picture lies in the detector's input: scaled to fit, centred, the rest grey. Maps between both.
 *
 * @param pictureWidth of the picture in pixels
 * @param pictureHeight of the picture in pixels
 * @param inputWidth of the input in pixels
 * @param inputHeight of the input in pixels
 * @param left first column of the input that the picture covers
 * @param top first row of the input that the picture covers
 * @param width of the part that the picture covers, in input pixels
 * @param height of the part that the picture covers, in input pixels
 * @param scale input pixels a picture pixel
 */
public record Letterbox(
        int pictureWidth,
        int pictureHeight,
        int inputWidth,
        int inputHeight,
        int left,
        int top,
        int width,
        int height,
        double scale) {
    /** Grey level of what the picture does not cover. */
    public static final byte PADDING = 114;

    /** Fits a picture into an input. */
    public static Letterbox fit(int pictureWidth, int pictureHeight, int inputWidth, int inputHeight) {
        double scale = Math.min((double) inputWidth / pictureWidth, (double) inputHeight / pictureHeight);
        int width = Math.max(1, (int) Math.rint(pictureWidth * scale));
        int height = Math.max(1, (int) Math.rint(pictureHeight * scale));
        return new Letterbox(
                pictureWidth,
                pictureHeight,
                inputWidth,
                inputHeight,
                (inputWidth - width) / 2,
                (inputHeight - height) / 2,
                width,
                height,
                scale);
    }

    /** Column of the picture, clamped to it, at that column of the input. */
    public double pictureX(double inputX) {
        return Math.max(0, Math.min(pictureWidth, (inputX - left) / scale));
    }

    /** Row of the picture, clamped to it, at that row of the input. */
    public double pictureY(double inputY) {
        return Math.max(0, Math.min(pictureHeight, (inputY - top) / scale));
    }
}
