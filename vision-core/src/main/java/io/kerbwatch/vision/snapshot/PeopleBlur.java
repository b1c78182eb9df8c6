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
 * of oriented gradients, Dalal and Triggs, CVPR 2005); and what moves. What differs is hidden in upright strips that
 * follow its outline, so that a long shadow or a swept ground does not hide all that lies beside it. What the camera is
 * here to show, the boxes of refuse, is spared from the first, never from the others. Thread-safe.
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
     * @param moving what moves
     * @param spared boxes of refuse, in fractions of the picture
     */
    public record Context(Optional<Luma> now, Optional<Luma> background, List<Motion.Region> moving, List<Box> spared) {
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
        Optional<List<Motion.Region>> differing = differing(context);
        double margin = differing.isPresent() ? GROWN : GROWN_WITHOUT_BACKGROUND;
        List<Motion.Region> strange = large(differing.orElse(List.of()), margin);
        List<Motion.Region> moving = large(context.moving(), margin);
        if (people.isEmpty() && strange.isEmpty() && moving.isEmpty()) {
            return picture;
        }
        try (Mat mat = Jpeg.mat(picture);
                Mat clean = mat.clone();
                Rect all = new Rect(0, 0, mat.cols(), mat.rows())) {
            strange.forEach(region -> pixelate(mat, clean, region));
            context.spared().forEach(box -> copy(mat, rect(mat, box), clean, all));
            moving.forEach(region -> pixelate(mat, clean, region));
            people.forEach(box -> pixelate(mat, clean, new Motion.Region(box, List.of(box))));
            return Jpeg.picture(mat);
        }
    }

    /** What does not belong to the background; empty as long as that is not known. */
    private static Optional<List<Motion.Region>> differing(Context context) {
        if (context.now().isEmpty() || context.background().isEmpty()) {
            return Optional.empty();
        }
        Luma background = context.background().get();
        Luma now = context.now().get().shrunk(2);
        return now.width() == background.width() && now.height() == background.height()
                ? Optional.of(Motion.between(background, now).parts())
                : Optional.empty();
    }

    /** Those that are large enough to be someone, grown. */
    private static List<Motion.Region> large(List<Motion.Region> regions, double margin) {
        return regions.stream()
                .filter(region -> region.box().height() >= LEAST_HEIGHT)
                .map(region -> grown(region, margin))
                .toList();
    }

    /** Grown on each side by a share of its smaller one: a person is narrow, and what is wide hides enough already. */
    private static Motion.Region grown(Motion.Region region, double share) {
        double by = share * Math.min(region.box().width(), region.box().height());
        return new Motion.Region(
                grownBy(region.box(), by),
                region.strips().stream().map(strip -> grownBy(strip, by)).toList());
    }

    private static Box grownBy(Box box, double by) {
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

    /** Hides the strips of a region by what few blocks are left of all of it. */
    private static void pixelate(Mat mat, Mat clean, Motion.Region region) {
        Rect rect = rect(mat, region.box());
        if (rect.width() < 2 || rect.height() < 2) {
            return;
        }
        int block = Math.max(6, (int) Math.ceil(Math.max(rect.width() / 6.0, rect.height() / 12.0)));
        try (Mat part = new Mat(clean, rect);
                Mat few = new Mat();
                Mat again = new Mat();
                Size fewSize = new Size(Math.max(1, rect.width() / block), Math.max(1, rect.height() / block));
                Size partSize = new Size(rect.width(), rect.height());
                Size kernel = new Size(block | 1, block | 1)) {
            resize(part, few, fewSize, 0, 0, INTER_AREA);
            resize(few, again, partSize, 0, 0, INTER_NEAREST);
            GaussianBlur(again, again, kernel, block / 2.0);
            region.strips().forEach(strip -> copy(mat, rect(mat, strip), again, rect));
        }
    }

    /** Copies what a rectangle of the picture shows in a source that begins at {@code from}'s corner. */
    private static void copy(Mat mat, Rect to, Mat source, Rect from) {
        int x0 = Math.max(to.x(), from.x());
        int y0 = Math.max(to.y(), from.y());
        int width = Math.min(to.x() + to.width(), from.x() + from.width()) - x0;
        int height = Math.min(to.y() + to.height(), from.y() + from.height()) - y0;
        if (width > 0 && height > 0) {
            try (Mat target = new Mat(mat, new Rect(x0, y0, width, height));
                    Mat shown = new Mat(source, new Rect(x0 - from.x(), y0 - from.y(), width, height))) {
                shown.copyTo(target);
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
