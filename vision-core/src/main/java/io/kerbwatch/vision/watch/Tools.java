package io.kerbwatch.vision.watch;

import io.kerbwatch.vision.detect.Detector;
import io.kerbwatch.vision.frame.InputBuffer;
import io.kerbwatch.vision.frame.KeyFrameDecoder;

/** What one thread of the pool works with. */
final class Tools implements AutoCloseable {
    final KeyFrameDecoder decoder = new KeyFrameDecoder();
    final InputBuffer input;
    final Detector.Session detector;
    final Spending spending = new Spending();

    Tools(Detector detector) {
        this.input = new InputBuffer(
                detector.description().width(), detector.description().height());
        this.detector = detector.session();
    }

    @Override
    public void close() {
        detector.close();
        input.close();
        decoder.close();
    }
}
