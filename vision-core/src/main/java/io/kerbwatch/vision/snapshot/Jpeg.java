package io.kerbwatch.vision.snapshot;

import static org.bytedeco.opencv.global.opencv_core.CV_8UC1;
import static org.bytedeco.opencv.global.opencv_core.CV_8UC3;
import static org.bytedeco.opencv.global.opencv_imgcodecs.IMREAD_COLOR;
import static org.bytedeco.opencv.global.opencv_imgcodecs.IMREAD_IGNORE_ORIENTATION;
import static org.bytedeco.opencv.global.opencv_imgcodecs.IMWRITE_JPEG_QUALITY;
import static org.bytedeco.opencv.global.opencv_imgcodecs.imdecode;
import static org.bytedeco.opencv.global.opencv_imgcodecs.imencode;
import static org.bytedeco.opencv.global.opencv_imgproc.INTER_AREA;
import static org.bytedeco.opencv.global.opencv_imgproc.resize;

import io.kerbwatch.vision.frame.Picture;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.IntPointer;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.Size;

/** Pictures to JPEG and back, by OpenCV (libjpeg-turbo inside). */
public final class Jpeg {
    /** Good enough to be looked at again by a detector. */
    public static final int EVIDENCE_QUALITY = 90;

    private Jpeg() {}

    /** Encodes; quality 1..100. */
    public static byte[] encode(Picture picture, int quality) {
        try (Mat mat = mat(picture);
                BytePointer bytes = new BytePointer();
                IntPointer settings = new IntPointer(IMWRITE_JPEG_QUALITY, quality)) {
            if (!imencode(".jpg", mat, bytes, settings)) {
                throw new IllegalStateException(
                        "a picture of " + picture.width() + " x " + picture.height() + " cannot be encoded");
            }
            byte[] out = new byte[Math.toIntExact(bytes.limit())];
            bytes.get(out);
            return out;
        }
    }

    /**
     * Decodes.
     *
     * @throws IllegalArgumentException if it is no JPEG
     */
    public static Picture decode(byte[] jpeg) {
        return decode(jpeg, Integer.MAX_VALUE);
    }

    /**
     * As {@link #decode(byte[])}, made smaller until neither side is longer than that.
     *
     * @param longest pixels
     */
    public static Picture decode(byte[] jpeg, int longest) {
        try (BytePointer data = new BytePointer(jpeg);
                Mat bytes = new Mat(1, jpeg.length, CV_8UC1, data);
                Mat mat = imdecode(bytes, IMREAD_COLOR | IMREAD_IGNORE_ORIENTATION)) {
            if (mat == null || mat.empty()) {
                throw new IllegalArgumentException(jpeg.length + " bytes are no JPEG picture");
            }
            double scale = (double) longest / Math.max(mat.cols(), mat.rows());
            if (scale >= 1) {
                return picture(mat);
            }
            try (Mat small = new Mat();
                    Size size = new Size(Math.max(1, (int) Math.round(mat.cols() * scale)), Math.max(1, (int)
                            Math.round(mat.rows() * scale)))) {
                resize(mat, small, size, 0, 0, INTER_AREA);
                return picture(small);
            }
        }
    }

    /** Copies into OpenCV's memory; the caller closes it. */
    static Mat mat(Picture picture) {
        Mat mat = new Mat(picture.height(), picture.width(), CV_8UC3);
        mat.data().put(picture.bgr(), 0, picture.bgr().length);
        return mat;
    }

    /** Copies out of OpenCV's memory; three channels, rows without gaps. */
    static Picture picture(Mat mat) {
        byte[] bgr = new byte[mat.cols() * mat.rows() * 3];
        mat.data().get(bgr);
        return new Picture(mat.cols(), mat.rows(), bgr);
    }
}
