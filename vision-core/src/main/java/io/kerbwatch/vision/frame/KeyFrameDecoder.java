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
import static org.bytedeco.ffmpeg.global.avutil.AV_LOG_QUIET;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_alloc;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_free;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_unref;
import static org.bytedeco.ffmpeg.global.avutil.av_log_set_level;

import io.kerbwatch.vision.stream.Codec;
import io.kerbwatch.vision.stream.KeyPacket;
import java.util.EnumMap;
import java.util.Map;
import org.bytedeco.ffmpeg.avcodec.AVCodec;
import org.bytedeco.ffmpeg.avcodec.AVCodecContext;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avutil.AVDictionary;
import org.bytedeco.ffmpeg.avutil.AVFrame;

/**
 * Decodes key packets of any camera, one at a time: it belongs to a thread of the pool, not to a camera, since a decoder
 * that is kept open costs 14 MB and cameras are many. What it decoded last stays until the next call; it is scaled from
 * there, so that a picture that nobody asks for is never made. Not for several threads; whoever made it closes it.
 */
public final class KeyFrameDecoder implements AutoCloseable {
    /** Pixels of the largest picture: a bit over 8K. */
    static final long MOST_PIXELS = 8192L * 8192;

    static {
        av_log_set_level(AV_LOG_QUIET);
    }

    private final Map<Codec, AVCodecContext> contexts = new EnumMap<>(Codec.class);
    private final AVPacket packet = av_packet_alloc();
    private final AVFrame frame = av_frame_alloc();
    private final FrameScaler scaler = new FrameScaler();

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

    static AVCodecContext open(Codec codec) {
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
        return scaler.letterbox(frame, input);
    }

    /** Makes the picture of full size of what was decoded last. */
    public Picture picture() {
        return scaler.picture(frame);
    }

    @Override
    public void close() {
        contexts.values().forEach(c -> avcodec_free_context(c));
        contexts.clear();
        av_packet_free(packet);
        av_frame_free(frame);
        scaler.close();
    }
}
