package io.kerbwatch.vision.frame;

import static org.bytedeco.ffmpeg.global.avutil.AVCOL_RANGE_JPEG;
import static org.bytedeco.ffmpeg.global.avutil.AVCOL_SPC_BT2020_CL;
import static org.bytedeco.ffmpeg.global.avutil.AVCOL_SPC_BT2020_NCL;
import static org.bytedeco.ffmpeg.global.avutil.AVCOL_SPC_BT709;
import static org.bytedeco.ffmpeg.global.avutil.AV_PIX_FMT_BGR24;
import static org.bytedeco.ffmpeg.global.avutil.AV_PIX_FMT_GBRP;
import static org.bytedeco.ffmpeg.global.avutil.AV_PIX_FMT_RGB24;
import static org.bytedeco.ffmpeg.global.avutil.AV_PIX_FMT_YUV420P;
import static org.bytedeco.ffmpeg.global.avutil.AV_PIX_FMT_YUV422P;
import static org.bytedeco.ffmpeg.global.avutil.AV_PIX_FMT_YUV440P;
import static org.bytedeco.ffmpeg.global.avutil.AV_PIX_FMT_YUV444P;
import static org.bytedeco.ffmpeg.global.avutil.AV_PIX_FMT_YUVJ420P;
import static org.bytedeco.ffmpeg.global.avutil.AV_PIX_FMT_YUVJ422P;
import static org.bytedeco.ffmpeg.global.avutil.AV_PIX_FMT_YUVJ440P;
import static org.bytedeco.ffmpeg.global.avutil.AV_PIX_FMT_YUVJ444P;
import static org.bytedeco.ffmpeg.global.swscale.SWS_BILINEAR;
import static org.bytedeco.ffmpeg.global.swscale.SWS_CS_BT2020;
import static org.bytedeco.ffmpeg.global.swscale.SWS_CS_ITU601;
import static org.bytedeco.ffmpeg.global.swscale.SWS_CS_ITU709;
import static org.bytedeco.ffmpeg.global.swscale.sws_freeContext;
import static org.bytedeco.ffmpeg.global.swscale.sws_getCachedContext;
import static org.bytedeco.ffmpeg.global.swscale.sws_getCoefficients;
import static org.bytedeco.ffmpeg.global.swscale.sws_scale;
import static org.bytedeco.ffmpeg.global.swscale.sws_setColorspaceDetails;

import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.ffmpeg.swscale.SwsContext;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.DoublePointer;
import org.bytedeco.javacpp.IntPointer;
import org.bytedeco.javacpp.PointerPointer;

/** Makes inputs and pictures of decoded frames; keeps what swscale prepares. For one thread, which closes it. */
final class FrameScaler implements AutoCloseable {
    // swscale reads four entries of each array whatever the format has; with fewer it reads past the end.
    private static final int PLANES = 4;

    private final PointerPointer<BytePointer> source = new PointerPointer<>(PLANES);
    private final IntPointer sourceStrides = new IntPointer(PLANES);
    private final PointerPointer<BytePointer> target = new PointerPointer<>(PLANES);
    private final IntPointer targetStrides = new IntPointer(PLANES);
    private SwsContext toInput = new SwsContext(null);
    private SwsContext toPicture = new SwsContext(null);

    /** Scales a frame into an input, and says how it lies there. */
    Letterbox letterbox(AVFrame frame, InputBuffer input) {
        Letterbox box = Letterbox.fit(frame.width(), frame.height(), input.width(), input.height());
        input.clear(box);
        long offset = (long) box.top() * input.width() + box.left();
        // The format is called GBR for the order of its planes; ours lie red, green, blue.
        target.put(0, input.plane(1, offset));
        target.put(1, input.plane(2, offset));
        target.put(2, input.plane(0, offset));
        target.put(3, new BytePointer());
        for (int i = 0; i < PLANES; i++) {
            targetStrides.put(i, i < 3 ? input.width() : 0);
        }
        toInput = scale(frame, toInput, box.width(), box.height(), AV_PIX_FMT_GBRP);
        return box;
    }

    /** Makes the picture of full size of a frame. */
    Picture picture(AVFrame frame) {
        int width = frame.width();
        int height = frame.height();
        // swscale writes whole vectors at the ends of rows: room is left after the last one.
        try (BytePointer bgr = new BytePointer((long) width * height * 3 + 64)) {
            target.put(0, bgr);
            targetStrides.put(0, width * 3);
            for (int i = 1; i < PLANES; i++) {
                target.put(i, new BytePointer());
                targetStrides.put(i, 0);
            }
            toPicture = scale(frame, toPicture, width, height, AV_PIX_FMT_BGR24);
            byte[] bytes = new byte[width * height * 3];
            bgr.get(bytes);
            return new Picture(width, height, bytes);
        }
    }

    private SwsContext scale(AVFrame frame, SwsContext cached, int width, int height, int format) {
        int sourceFormat = modern(frame.format());
        boolean full = frame.format() != sourceFormat || frame.color_range() == AVCOL_RANGE_JPEG;
        SwsContext context = sws_getCachedContext(
                cached,
                frame.width(),
                frame.height(),
                sourceFormat,
                width,
                height,
                format,
                SWS_BILINEAR,
                null,
                null,
                (DoublePointer) null);
        if (context == null || context.isNull()) {
            throw new UndecodableException(
                    "a picture of " + frame.width() + " x " + frame.height() + " pixels cannot be scaled");
        }
        if (format != AV_PIX_FMT_RGB24) {
            IntPointer from = sws_getCoefficients(coefficients(frame));
            IntPointer to = sws_getCoefficients(SWS_CS_ITU601);
            sws_setColorspaceDetails(context, from, full ? 1 : 0, to, 1, 0, 1 << 16, 1 << 16);
        }
        for (int i = 0; i < PLANES; i++) {
            source.put(i, frame.data(i));
            sourceStrides.put(i, frame.linesize(i));
        }
        if (sws_scale(context, source, sourceStrides, 0, frame.height(), target, targetStrides) < 0) {
            throw new UndecodableException("the picture cannot be scaled");
        }
        return context;
    }

    /** The formats with a J say "full range" in their name, which swscale takes as a setting. */
    private static int modern(int format) {
        if (format == AV_PIX_FMT_YUVJ420P) {
            return AV_PIX_FMT_YUV420P;
        } else if (format == AV_PIX_FMT_YUVJ422P) {
            return AV_PIX_FMT_YUV422P;
        } else if (format == AV_PIX_FMT_YUVJ444P) {
            return AV_PIX_FMT_YUV444P;
        } else if (format == AV_PIX_FMT_YUVJ440P) {
            return AV_PIX_FMT_YUV440P;
        }
        return format;
    }

    private static int coefficients(AVFrame frame) {
        int space = frame.colorspace();
        if (space == AVCOL_SPC_BT709) {
            return SWS_CS_ITU709;
        }
        return space == AVCOL_SPC_BT2020_NCL || space == AVCOL_SPC_BT2020_CL ? SWS_CS_BT2020 : SWS_CS_ITU601;
    }

    @Override
    public void close() {
        sws_freeContext(toInput);
        sws_freeContext(toPicture);
        source.close();
        sourceStrides.close();
        target.close();
        targetStrides.close();
    }
}
