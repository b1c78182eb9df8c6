package io.kerbwatch.vision.snapshot;

import static org.bytedeco.opencv.global.opencv_imgproc.GaussianBlur;
import static org.bytedeco.opencv.global.opencv_imgproc.INTER_AREA;
import static org.bytedeco.opencv.global.opencv_imgproc.INTER_NEAREST;
import static org.bytedeco.opencv.global.opencv_imgproc.resize;

import io.kerbwatch.vision.detect.Box;
import io.kerbwatch.vision.frame.Picture;
import io.kerbwatch.vision.scene.Luma;
import io.kerbwatch.vision.scene.Motion;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.bytedeco.javacpp.DoublePointer;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.Rect;
import org.bytedeco.opencv.opencv_core.RectVector;
import org.bytedeco.opencv.opencv_core.Size;
import org.bytedeco.opencv.opencv_objdetect.HOGDescriptor;

/**
 * Makes people unrecognisable, for good: what is hidden is reduced to some ten blocks a height and smoothed, so that
 * nothing of a face, a gait or a number can be got back.
 *
 * <p>Where people may be is the union of three guesses that err towards too much: everything of a person's size or
 * larger that differs from the view's background, which also finds those who stand still; a people detector (histograms
 * of oriented gradients, Dalal and Triggs, CVPR 2005); and what moves. What the camera is here to show, the confirmed
 * boxes, is spared from the first and the last, never from the detector. Thread-safe.
 */
public final class PeopleBlur {
    /** People further away than this share of the picture's height cannot be told from each other anyway. */
    private static final double LEAST_HEIGHT = 0.05;

    private static final int DETECTOR_WIDTH = 960;
    private static final double GROWN_WITHOUT_BACKGROUND = 0.5;
    private static final double GROWN = 0.15;

    private final HOGDescriptor detector = new HOGDescriptor();

    /** Loads OpenCV's people detector. */
    public PeopleBlur() {
        detector.setSVMDetector(new Mat(HOGDescriptor.getDefaultPeopleDetector()));
    }

    /**
     * What is known of a picture.
     *
     * @param now the picture in grey at the size of the detector's input; empty if it is not known
     * @param background the view without people, at half that size; empty before it is learnt
     * @param moving regions, in fractions of the picture
     * @param spared confirmed boxes, in fractions of the picture
     */
    public record Context(Optional<Luma> now, Optional<Luma> background, List<Box> moving, List<Box> spared) {
        public Context {
            moving = List.copyOf(moving);
            spared = List.copyOf(spared);
        }

        /** Nothing is known but the picture itself. */
        public static Context none() {
            return new Context(Optional.empty(), Optional.empty(), List.of(), List.of());
        }
    }

    /** The picture with every place blurred where people may be. */
    public Picture blur(Picture picture, Context context) {
        List<Box> people = detected(picture);
        List<Box> others = unexplained(context);
        if (people.isEmpty() && others.isEmpty()) {
            return picture;
        }
        try (Mat mat = Jpeg.mat(picture);
                Mat clean = mat.clone()) {
            others.forEach(box -> pixelate(mat, box));
            context.spared().forEach(box -> restore(mat, clean, box));
            people.forEach(box -> pixelate(mat, box));
            return Jpeg.picture(mat);
        }
    }

    /** What moves or does not belong to the background, if it is large enough to be someone. */
    private static List<Box> unexplained(Context context) {
        List<Box> regions = new ArrayList<>(context.moving());
        boolean learnt = false;
        if (context.now().isPresent() && context.background().isPresent()) {
            Luma background = context.background().get();
            Luma now = context.now().get().shrunk(2);
            learnt = now.width() == background.width() && now.height() == background.height();
            if (learnt) {
                regions.addAll(Motion.between(background, now).regions());
            }
        }
        double margin = learnt ? GROWN : GROWN_WITHOUT_BACKGROUND;
        return regions.stream()
                .filter(box -> box.height() >= LEAST_HEIGHT)
                .map(box -> grown(box, margin))
                .toList();
    }

    /** Grown on each side by a share of its smaller one: a person is narrow, and what is wide hides enough already. */
    private static Box grown(Box box, double share) {
        double by = share * Math.min(box.width(), box.height());
        return new Box(box.x() - by, box.y() - by, box.width() + 2 * by, box.height() + 2 * by);
    }

    /** Where the people detector sees someone, in fractions of the picture, with a margin. */
    private List<Box> detected(Picture picture) {
        double scale = (double) DETECTOR_WIDTH / picture.width();
        int height = (int) Math.round(picture.height() * scale);
        if (height < 128) {
            return List.of();
        }
        List<Box> boxes = new ArrayList<>();
        try (Mat full = Jpeg.mat(picture);
                Mat small = new Mat();
                Size size = new Size(DETECTOR_WIDTH, height);
                Size stride = new Size(8, 8);
                Size padding = new Size(8, 8);
                RectVector found = new RectVector();
                DoublePointer weights = new DoublePointer()) {
            resize(full, small, size, 0, 0, INTER_AREA);
            synchronized (detector) {
                detector.detectMultiScale(small, found, weights, 0.2, stride, padding, 1.08, 1.0, false);
            }
            for (long i = 0; i < found.size(); i++) {
                Rect r = found.get(i);
                boxes.add(new Box(r.x(), r.y(), r.width(), r.height())
                        .scaled(1.0 / DETECTOR_WIDTH, 1.0 / height)
                        .grown(0.05));
            }
        }
        return boxes;
    }

    private static void pixelate(Mat mat, Box box) {
        Rect rect = rect(mat, box);
        if (rect.width() < 2 || rect.height() < 2) {
            return;
        }
        int block = Math.max(6, (int) Math.ceil(Math.max(rect.width() / 6.0, rect.height() / 12.0)));
        try (Mat part = new Mat(mat, rect);
                Mat few = new Mat();
                Mat again = new Mat();
                Size fewSize = new Size(Math.max(1, rect.width() / block), Math.max(1, rect.height() / block));
                Size partSize = new Size(rect.width(), rect.height());
                Size kernel = new Size(block | 1, block | 1)) {
            resize(part, few, fewSize, 0, 0, INTER_AREA);
            resize(few, again, partSize, 0, 0, INTER_NEAREST);
            GaussianBlur(again, again, kernel, block / 2.0);
            again.copyTo(part);
        }
    }

    private static void restore(Mat mat, Mat clean, Box box) {
        Rect rect = rect(mat, box);
        if (rect.width() > 0 && rect.height() > 0) {
            try (Mat to = new Mat(mat, rect);
                    Mat from = new Mat(clean, rect)) {
                from.copyTo(to);
            }
        }
    }

    private static Rect rect(Mat mat, Box box) {
        int x0 = (int) Math.max(0, Math.floor(box.x() * mat.cols()));
        int y0 = (int) Math.max(0, Math.floor(box.y() * mat.rows()));
        int x1 = (int) Math.min(mat.cols(), Math.ceil(box.right() * mat.cols()));
        int y1 = (int) Math.min(mat.rows(), Math.ceil(box.bottom() * mat.rows()));
        return new Rect(x0, y0, Math.max(0, x1 - x0), Math.max(0, y1 - y0));
    }
}
