package io.kerbwatch.vision.frame;

import static org.bytedeco.ffmpeg.global.avcodec.AV_CODEC_FLAG_LOW_DELAY;
import static org.bytedeco.ffmpeg.global.avcodec.AV_CODEC_ID_H264;
import static org.bytedeco.ffmpeg.global.avcodec.AV_CODEC_ID_HEVC;
import static org.bytedeco.ffmpeg.global.avcodec.AV_CODEC_ID_MJPEG;
import static org.bytedeco.ffmpeg.global.avcodec.AV_CODEC_ID_PNG;
import static org.bytedeco.ffmpeg.global.avcodec.AV_CODEC_ID_WEBP;
import static org.bytedeco.ffmpeg.global.avcodec.AV_PKT_FLAG_KEY;
import static org.bytedeco.ffmpeg.global.avcodec.av_new_packet;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_alloc;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_free;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_unref;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_alloc_context3;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_find_decoder;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_flush_buffers;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_free_context;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_open2;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_receive_frame;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_send_packet;
import static org.bytedeco.ffmpeg.global.avutil.AVCOL_RANGE_JPEG;
import static org.bytedeco.ffmpeg.global.avutil.AVCOL_SPC_BT2020_CL;
import static org.bytedeco.ffmpeg.global.avutil.AVCOL_SPC_BT2020_NCL;
import static org.bytedeco.ffmpeg.global.avutil.AVCOL_SPC_BT709;
import static org.bytedeco.ffmpeg.global.avutil.AV_LOG_QUIET;
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
import static org.bytedeco.ffmpeg.global.avutil.av_frame_alloc;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_free;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_unref;
import static org.bytedeco.ffmpeg.global.avutil.av_log_set_level;
import static org.bytedeco.ffmpeg.global.swscale.SWS_BILINEAR;
import static org.bytedeco.ffmpeg.global.swscale.SWS_CS_BT2020;
import static org.bytedeco.ffmpeg.global.swscale.SWS_CS_ITU601;
import static org.bytedeco.ffmpeg.global.swscale.SWS_CS_ITU709;
import static org.bytedeco.ffmpeg.global.swscale.sws_freeContext;
import static org.bytedeco.ffmpeg.global.swscale.sws_getCachedContext;
import static org.bytedeco.ffmpeg.global.swscale.sws_getCoefficients;
import static org.bytedeco.ffmpeg.global.swscale.sws_scale;
import static org.bytedeco.ffmpeg.global.swscale.sws_setColorspaceDetails;

import io.kerbwatch.vision.stream.Codec;
import io.kerbwatch.vision.stream.KeyPacket;
import java.util.EnumMap;
import java.util.Map;
import org.bytedeco.ffmpeg.avcodec.AVCodec;
import org.bytedeco.ffmpeg.avcodec.AVCodecContext;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avutil.AVDictionary;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.ffmpeg.swscale.SwsContext;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.DoublePointer;
import org.bytedeco.javacpp.IntPointer;
import org.bytedeco.javacpp.PointerPointer;

/**
 * Decodes key packets of any camera, one at a time: it belongs to a thread of the pool, not to a camera, since a decoder
 * that is kept open costs 14 MB and cameras are many. What it decoded last stays until the next call; it is scaled from
 * there, so that a picture that nobody asks for is never made. Not for several threads; whoever made it closes it.
 */
public final class KeyFrameDecoder implements AutoCloseable {
    /** Pixels of the largest picture: a bit over 8K. */
    static final long MOST_PIXELS = 8192L * 8192;

    // swscale reads four entries of each array whatever the format has; with fewer it reads past the end.
    private static final int PLANES = 4;

    static {
        av_log_set_level(AV_LOG_QUIET);
    }

    private final Map<Codec, AVCodecContext> contexts = new EnumMap<>(Codec.class);
    private final AVPacket packet = av_packet_alloc();
    private final AVFrame frame = av_frame_alloc();
    private final PointerPointer<BytePointer> source = new PointerPointer<>(PLANES);
    private final IntPointer sourceStrides = new IntPointer(PLANES);
    private final PointerPointer<BytePointer> target = new PointerPointer<>(PLANES);
    private final IntPointer targetStrides = new IntPointer(PLANES);
    private SwsContext toInput = new SwsContext(null);
    private SwsContext toPicture = new SwsContext(null);

    /**
     * Decodes one packet; what was decoded before is gone.
     *
     * @throws UndecodableException if it holds no picture
     */
    public void decode(KeyPacket key) {
        av_frame_unref(frame);
        AVCodecContext context = contexts.computeIfAbsent(key.codec(), KeyFrameDecoder::open);
        byte[] data = key.data();
        if (av_new_packet(packet, data.length) < 0) {
            throw new UndecodableException("no memory for a packet of " + data.length + " bytes");
        }
        int code;
        try {
            packet.data().position(0).put(data, 0, data.length);
            // Without it the decoder for PNG takes a picture for what changed since the one before.
            packet.flags(packet.flags() | AV_PKT_FLAG_KEY);
            code = avcodec_send_packet(context, packet);
        } finally {
            av_packet_unref(packet);
        }
        if (code >= 0) {
            // The end is announced at once, so that the decoder holds nothing back to sort it.
            avcodec_send_packet(context, null);
            code = avcodec_receive_frame(context, frame);
        }
        avcodec_flush_buffers(context);
        if (code < 0) {
            throw new UndecodableException("the picture cannot be decoded (%s, %d bytes)"
                    .formatted(key.codec().code(), data.length));
        }
        if ((long) frame.width() * frame.height() > MOST_PIXELS) {
            throw new UndecodableException(
                    "the picture of " + frame.width() + " x " + frame.height() + " is too large");
        }
    }

    private static AVCodecContext open(Codec codec) {
        int id =
                switch (codec) {
                    case H264 -> AV_CODEC_ID_H264;
                    case H265 -> AV_CODEC_ID_HEVC;
                    case MJPEG -> AV_CODEC_ID_MJPEG;
                    case PNG -> AV_CODEC_ID_PNG;
                    case WEBP -> AV_CODEC_ID_WEBP;
                };
        AVCodec decoder = avcodec_find_decoder(id);
        if (decoder == null) {
            throw new UndecodableException("this build has no decoder for " + codec.code());
        }
        AVCodecContext context = avcodec_alloc_context3(decoder);
        // The pool is as wide as the machine; threads of the decoder's own would only stand in each other's way.
        context.thread_count(1);
        context.flags(context.flags() | AV_CODEC_FLAG_LOW_DELAY);
        context.max_pixels(MOST_PIXELS);
        if (avcodec_open2(context, decoder, (AVDictionary) null) < 0) {
            avcodec_free_context(context);
            throw new UndecodableException("the decoder for " + codec.code() + " does not open");
        }
        return context;
    }

    /** Width in pixels of what was decoded last. */
    public int width() {
        return frame.width();
    }

    /** Height in pixels of what was decoded last. */
    public int height() {
        return frame.height();
    }

    /** Scales what was decoded last into an input, and says how it lies there. */
    public Letterbox letterbox(InputBuffer input) {
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
        toInput = scale(toInput, box.width(), box.height(), AV_PIX_FMT_GBRP);
        return box;
    }

    /** Makes the picture of full size of what was decoded last. */
    public Picture picture() {
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
            toPicture = scale(toPicture, width, height, AV_PIX_FMT_BGR24);
            byte[] bytes = new byte[width * height * 3];
            bgr.get(bytes);
            return new Picture(width, height, bytes);
        }
    }

    private SwsContext scale(SwsContext cached, int width, int height, int format) {
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
            IntPointer from = sws_getCoefficients(coefficients());
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

    private int coefficients() {
        int space = frame.colorspace();
        if (space == AVCOL_SPC_BT709) {
            return SWS_CS_ITU709;
        }
        return space == AVCOL_SPC_BT2020_NCL || space == AVCOL_SPC_BT2020_CL ? SWS_CS_BT2020 : SWS_CS_ITU601;
    }

    @Override
    public void close() {
        contexts.values().forEach(c -> avcodec_free_context(c));
        contexts.clear();
        av_packet_free(packet);
        av_frame_free(frame);
        sws_freeContext(toInput);
        sws_freeContext(toPicture);
        source.close();
        sourceStrides.close();
        target.close();
        targetStrides.close();
    }
}
