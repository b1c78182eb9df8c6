package io.kerbwatch.server.command.benchmark;

import ai.djl.Device;
import ai.djl.MalformedModelException;
import ai.djl.Model;
import ai.djl.engine.EngineException;
import ai.djl.inference.Predictor;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.IValue;
import ai.djl.translate.NoBatchifyTranslator;
import ai.djl.translate.TranslateException;
import ai.djl.translate.TranslatorContext;
import io.kerbwatch.server.platform.Json;
import io.kerbwatch.vision.detect.Detector;
import io.kerbwatch.vision.detect.DetectorModel;
import io.kerbwatch.vision.frame.InputBuffer;
import io.kerbwatch.vision.frame.KeyFrameDecoder;
import io.kerbwatch.vision.frame.PictureFile;
import io.kerbwatch.vision.snapshot.Jpeg;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Calls the model in one way, in a process of its own, since the engine's threads can be set only once. Arguments:
 * threads, pictures a call, pictures in all, variant, the model's folder or nothing for ours. Says one line: its {@link Result}s.
 */
final class DetectorMain {
    private static final int WARM_UP = 20;
    private static final int ROUNDS = 5;
    private static final double LEAST = 0.17;

    private DetectorMain() {}

    /**
     * What one way costs a picture.
     *
     * @param refused why it does not work; empty if it does
     */
    record Result(String way, int threads, int batch, double cpuMillis, double wallMillis, String refused) {}

    private interface Call {
        void run() throws TranslateException;
    }

    public static void main(String[] arguments) throws IOException, MalformedModelException {
        PrintStream answers = Child.answers();
        int threads = Integer.parseInt(arguments[0]);
        int batch = Integer.parseInt(arguments[1]);
        int pictures = Integer.parseInt(arguments[2]);
        DetectorModel description =
                arguments[4].isEmpty() ? DetectorModel.bundled() : DetectorModel.at(Path.of(arguments[4]));
        List<Result> results = new ArrayList<>();
        try (Detector detector = Detector.load(description, arguments[3]);
                InputBuffer input = new InputBuffer(description.width(), description.height());
                KeyFrameDecoder decoder = station();
                Model model = Model.newInstance(description.name(), Device.cpu(), "PyTorch")) {
            DetectorModel.Variant weights = description.variants().get(detector.variant());
            if (weights == null) {
                throw new IOException("the model has no variant " + detector.variant());
            }
            try (InputStream in = description.source().open(weights.file())) {
                model.load(in);
            }
            decoder.letterbox(input);
            ByteBuffer many = ByteBuffer.allocateDirect(batch * input.bytes().capacity());
            for (int i = 0; i < batch; i++) {
                many.put(input.bytes());
            }
            many.flip();
            Shape shape = new Shape(batch, 3, description.height(), description.width());
            String name = description.version() + " " + detector.variant();
            try (Predictor<ByteBuffer, float[][]> predictor = model.newPredictor(new Translator(shape));
                    Detector.Session session = detector.session()) {
                List<Way> ways = new ArrayList<>();
                ways.add(new Way(name + ", raw call of the model", raw(model, many, shape)));
                ways.add(new Way(name + ", DJL's call", () -> predictor.predict(many.duplicate())));
                if (batch == 1) {
                    // from a decoded picture on: scaled, looked at, boxes sorted out
                    ways.add(new Way(
                            name + ", our detection", () -> session.detect(input, decoder.letterbox(input), LEAST)));
                }
                measure(ways, batch, Math.max(1, pictures / batch / ROUNDS));
                ways.forEach(w -> results.add(w.result(threads, batch)));
            }
        }
        answers.println(Json.text(results));
    }

    /** A refuse station, as a camera would show it. */
    private static KeyFrameDecoder station() throws IOException {
        Path file = Files.createTempFile("kerbwatch-benchmark", ".jpg");
        try {
            Files.write(file, Jpeg.encode(Still.of("overflow-and-litter", 50), Jpeg.EVIDENCE_QUALITY));
            KeyFrameDecoder decoder = new KeyFrameDecoder();
            decoder.decode(PictureFile.read(file));
            return decoder;
        } finally {
            Files.deleteIfExists(file);
        }
    }

    /** The lowest that DJL offers: the module's forward, its input made once and its outputs not looked at. */
    private static Call raw(Model model, ByteBuffer bytes, Shape shape) {
        PtSymbolBlock block = (PtSymbolBlock) model.getBlock();
        PtNDArray array = (PtNDArray) model.getNDManager().create(bytes.duplicate(), shape, DataType.UINT8);
        IValue input = IValue.from(array);
        return () -> block.forward(input).close();
    }

    /** In rounds of all ways, so that whatever else the machine does falls on all of them alike. */
    private static void measure(List<Way> ways, int batch, int calls) {
        ways.forEach(w -> w.call(Math.min(WARM_UP, calls)));
        ways.forEach(Way::forget);
        for (int round = 0; round < ROUNDS; round++) {
            ways.forEach(w -> w.call(calls));
        }
        ways.forEach(w -> w.pictures *= batch);
    }

    /** One way to call, and what it has cost. */
    private static final class Way {
        private final String name;
        private final Call call;
        private double cpuMillis;
        private double wallMillis;
        private long pictures;
        private String refused = "";

        Way(String name, Call call) {
            this.name = name;
            this.call = call;
        }

        void call(int times) {
            List<Long> self = List.of(ProcessHandle.current().pid());
            double cpu = Usage.of(self).cpuMillis();
            long wall = System.nanoTime();
            try {
                for (int i = 0; i < times && refused.isEmpty(); i++) {
                    call.run();
                    pictures++;
                }
            } catch (EngineException | TranslateException e) {
                refused = "refused: the weights fix the number of pictures";
            }
            wallMillis += (System.nanoTime() - wall) / 1e6;
            cpuMillis += Usage.of(self).cpuMillis() - cpu;
        }

        void forget() {
            cpuMillis = 0;
            wallMillis = 0;
            pictures = 0;
        }

        Result result(int threads, int batch) {
            double n = Math.max(1, pictures);
            return new Result(name, threads, batch, cpuMillis / n, wallMillis / n, refused);
        }
    }

    /** What the detector does at each call: hands the input over as it lies, takes the outputs out. */
    private static final class Translator implements NoBatchifyTranslator<ByteBuffer, float[][]> {
        private final Shape shape;

        Translator(Shape shape) {
            this.shape = shape;
        }

        @Override
        public NDList processInput(TranslatorContext context, ByteBuffer input) {
            NDManager manager = context.getNDManager();
            return new NDList(manager.create(input, shape, DataType.UINT8));
        }

        @Override
        public float[][] processOutput(TranslatorContext context, NDList list) {
            return new float[][] {list.get(0).toFloatArray(), list.get(1).toFloatArray()};
        }
    }
}
