package io.kerbwatch.vision.detect;

import ai.djl.Device;
import ai.djl.MalformedModelException;
import ai.djl.Model;
import ai.djl.engine.EngineException;
import ai.djl.inference.Predictor;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.translate.NoBatchifyTranslator;
import ai.djl.translate.TranslateException;
import ai.djl.translate.TranslatorContext;
import io.kerbwatch.vision.frame.InputBuffer;
import io.kerbwatch.vision.frame.Letterbox;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The detector: TorchScript weights run by DJL's PyTorch engine on the processor, one thread a call. Loading is for the
 * start; each thread that detects takes a {@link Session} of its own. Whoever loads it closes it, after its sessions.
 */
public final class Detector implements AutoCloseable {
    static {
        singleThreaded();
    }

    /**
     * Sets the engine to one thread a call, for whoever loads a model: several calls side by side use the cores better,
     * and two layers of threads fight. Holds if it comes before the engine's first use.
     */
    public static void singleThreaded() {
        setUnlessSet("ai.djl.pytorch.num_threads", "1");
        setUnlessSet("ai.djl.pytorch.num_interop_threads", "1");
        setUnlessSet("OPT_OUT_TRACKING", "true");
        setUnlessSet("ai.djl.offline", "true");
    }

    private final DetectorModel description;
    private final String variant;
    private final Model model;

    private Detector(DetectorModel description, String variant, Model model) {
        this.description = description;
        this.variant = variant;
        this.model = model;
    }

    private static void setUnlessSet(String property, String value) {
        if (System.getProperty(property) == null) {
            System.setProperty(property, value);
        }
    }

    /** Loads the first variant that this processor runs. */
    public static Detector load(DetectorModel description) {
        Set<String> features = Processor.features();
        String variant = description.variants().entrySet().stream()
                .filter(e -> e.getValue().needs().isEmpty()
                        || e.getValue().needs().stream().anyMatch(features::contains))
                .map(Map.Entry::getKey)
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("model " + description.name()
                        + " has no weights for this processor; add a variant that needs nothing"));
        return load(description, variant);
    }

    /**
     * Loads one variant by name.
     *
     * @throws IllegalArgumentException if there is none of that name or its file is not TorchScript that runs here
     */
    public static Detector load(DetectorModel description, String variant) {
        DetectorModel.Variant weights = description.variants().get(variant);
        if (weights == null) {
            throw new IllegalArgumentException("model " + description.name() + " has no variant '" + variant
                    + "'; there are " + description.variants().keySet());
        }
        Model model = Model.newInstance(description.name(), Device.cpu(), "PyTorch");
        try (InputStream in = description.source().open(weights.file())) {
            model.load(in);
        } catch (IOException | MalformedModelException | EngineException e) {
            model.close();
            throw new IllegalArgumentException(
                    "weights " + weights.file() + " of model " + description.name() + " cannot be loaded: "
                            + e.getMessage(),
                    e);
        }
        return new Detector(description, variant, model);
    }

    /** What the weights are. */
    public DetectorModel description() {
        return description;
    }

    /** Which weights run. */
    public String variant() {
        return variant;
    }

    /** A session for one thread. */
    public Session session() {
        return new Session();
    }

    @Override
    public void close() {
        model.close();
    }

    /** Detects, one picture at a time; for one thread, which closes it. */
    public final class Session implements AutoCloseable {
        private final NonMaximumSuppression suppression = new NonMaximumSuppression(description);
        private final Predictor<InputBuffer, Raw> predictor = model.newPredictor(new RawTranslator());

        private Session() {}

        /**
         * Detects in an input.
         *
         * @param letterbox how the picture lies in it
         * @param least detections with a lower score are left out
         * @return in pixels of the picture, best first
         */
        public List<Detection> detect(InputBuffer input, Letterbox letterbox, double least) {
            Raw raw = raw(input);
            return suppression.choose(raw.boxes, raw.scores, letterbox, least);
        }

        private Raw raw(InputBuffer input) {
            if (input.width() != description.width() || input.height() != description.height()) {
                throw new IllegalArgumentException("the model's input is " + description.width() + " x "
                        + description.height() + ", not " + input.width() + " x " + input.height());
            }
            try {
                return predictor.predict(input);
            } catch (TranslateException e) {
                throw new IllegalStateException("the detector failed: " + e.getMessage(), e);
            }
        }

        @Override
        public void close() {
            predictor.close();
        }
    }

    private record Raw(float[] boxes, float[] scores) {}

    /** Hands the input over as it lies in memory, and takes the two outputs out before their memory goes. */
    private static final class RawTranslator implements NoBatchifyTranslator<InputBuffer, Raw> {
        @Override
        public NDList processInput(TranslatorContext context, InputBuffer input) {
            NDManager manager = context.getNDManager();
            return new NDList(
                    manager.create(input.bytes(), new Shape(1, 3, input.height(), input.width()), DataType.UINT8));
        }

        @Override
        public Raw processOutput(TranslatorContext context, NDList list) {
            return new Raw(list.get(0).toFloatArray(), list.get(1).toFloatArray());
        }
    }
}
