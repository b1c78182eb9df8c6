package io.kerbwatch.vision.snapshot;

import static org.bytedeco.opencv.global.opencv_core.CV_8UC1;
import static org.bytedeco.opencv.global.opencv_core.CV_8UC3;
import static org.bytedeco.opencv.global.opencv_imgcodecs.IMREAD_COLOR;
import static org.bytedeco.opencv.global.opencv_imgcodecs.IMREAD_IGNORE_ORIENTATION;
import static org.bytedeco.opencv.global.opencv_imgcodecs.IMWRITE_JPEG_QUALITY;
import static org.bytedeco.opencv.global.opencv_imgcodecs.imdecode;
import static org.bytedeco.opencv.global.opencv_imgcodecs.imencode;

import io.kerbwatch.vision.frame.Picture;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.IntPointer;
import org.bytedeco.opencv.opencv_core.Mat;

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
        try (BytePointer data = new BytePointer(jpeg);
                Mat bytes = new Mat(1, jpeg.length, CV_8UC1, data);
                Mat mat = imdecode(bytes, IMREAD_COLOR | IMREAD_IGNORE_ORIENTATION)) {
            if (mat == null || mat.empty()) {
                throw new IllegalArgumentException(jpeg.length + " bytes are no JPEG picture");
            }
            return picture(mat);
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
