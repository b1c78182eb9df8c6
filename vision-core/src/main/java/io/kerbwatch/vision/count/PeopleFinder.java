package io.kerbwatch.vision.count;

import ai.djl.Device;
import ai.djl.MalformedModelException;
import ai.djl.Model;
import ai.djl.engine.EngineException;
import ai.djl.inference.Predictor;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.translate.NoBatchifyTranslator;
import ai.djl.translate.TranslateException;
import ai.djl.translate.TranslatorContext;
import io.kerbwatch.vision.detect.Box;
import io.kerbwatch.vision.detect.Detector;
import io.kerbwatch.vision.frame.InputBuffer;
import io.kerbwatch.vision.frame.Letterbox;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;

/**
 * Finds people by their heads: TorchScript weights run by DJL's PyTorch engine, one thread a call. Each thread that finds
 * takes a {@link Session} of its own. Whoever loads it closes it, after its sessions.
 */
public final class PeopleFinder implements AutoCloseable {
    /** Numbers of a row that the model gives: score, head x, y, box left, top, right, bottom. */
    private static final int ROW = 7;
    /** Two heads nearer to each other than this share of a person's height are one. */
    private static final double SAME_HEAD = 0.07;

    private final PeopleModel description;
    private final Model model;

    private PeopleFinder(PeopleModel description, Model model) {
        this.description = description;
        this.model = model;
    }

    /**
     * Loads the weights.
     *
     * @throws IllegalArgumentException if they are not TorchScript that runs here
     */
    public static PeopleFinder load(PeopleModel description) {
        Detector.singleThreaded();
        Model model = Model.newInstance(description.name(), Device.cpu(), "PyTorch");
        try (InputStream in = description.source().open(description.file())) {
            model.load(in);
        } catch (IOException | MalformedModelException | EngineException e) {
            model.close();
            throw new IllegalArgumentException(
                    "weights " + description.file() + " of model " + description.name() + " cannot be loaded: "
                            + e.getMessage(),
                    e);
        }
        return new PeopleFinder(description, model);
    }

    /** What the weights are. */
    public PeopleModel description() {
        return description;
    }

    /** A session for one thread. */
    public Session session() {
        return new Session();
    }

    @Override
    public void close() {
        model.close();
    }

    /** Finds, one picture at a time; for one thread, which closes it. */
    public final class Session implements AutoCloseable {
        private final Predictor<InputBuffer, float[]> predictor = model.newPredictor(new RowsTranslator());

        private Session() {}

        /** An input of the size that the model wants; the caller closes it. */
        public InputBuffer input() {
            return new InputBuffer(description.width(), description.height());
        }

        /**
         * Finds people in an input.
         *
         * @param letterbox how the picture lies in it
         * @return those with a score of at least the model's {@code off}, in pixels of the picture, best first
         */
        public List<Person> find(InputBuffer input, Letterbox letterbox) {
            float[] rows;
            try {
                rows = predictor.predict(input);
            } catch (TranslateException e) {
                throw new IllegalStateException("the finder of people failed: " + e.getMessage(), e);
            }
            List<Person> people = new ArrayList<>();
            for (int i = 0; i + ROW <= rows.length && rows[i] >= description.off(); i += ROW) {
                Person person = person(rows, i, letterbox);
                if (people.stream()
                        .noneMatch(p -> p.head().distance(person.head())
                                < SAME_HEAD * Math.max(1, p.box().height()))) {
                    people.add(person);
                }
            }
            return people;
        }

        private static Person person(float[] rows, int i, Letterbox box) {
            // Not clamped to the picture as other boxes are: feet may stand below its edge.
            return new Person(
                    new Point(x(rows[i + 1], box), y(rows[i + 2], box)),
                    Box.ofCorners(x(rows[i + 3], box), y(rows[i + 4], box), x(rows[i + 5], box), y(rows[i + 6], box)),
                    rows[i]);
        }

        private static double x(double input, Letterbox box) {
            return (input - box.left()) / box.scale();
        }

        private static double y(double input, Letterbox box) {
            return (input - box.top()) / box.scale();
        }

        @Override
        public void close() {
            predictor.close();
        }
    }

    /** Hands the input over as it lies in memory; takes out the rows, best score first. */
    private static final class RowsTranslator implements NoBatchifyTranslator<InputBuffer, float[]> {
        @Override
        public NDList processInput(TranslatorContext context, InputBuffer input) {
            return new NDList(context.getNDManager()
                    .create(input.bytes(), new Shape(1, 3, input.height(), input.width()), DataType.UINT8));
        }

        @Override
        public float[] processOutput(TranslatorContext context, NDList list) {
            return list.get(0).toFloatArray();
        }
    }
}
