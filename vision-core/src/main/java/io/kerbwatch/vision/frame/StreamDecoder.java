package io.kerbwatch.vision.frame;

import static org.bytedeco.ffmpeg.global.avcodec.av_new_packet;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_alloc;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_free;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_unref;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_flush_buffers;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_free_context;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_receive_frame;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_send_packet;
import static org.bytedeco.ffmpeg.global.avutil.AV_LOG_QUIET;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_alloc;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_free;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_move_ref;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_unref;
import static org.bytedeco.ffmpeg.global.avutil.av_log_set_level;

import io.kerbwatch.vision.stream.Codec;
import io.kerbwatch.vision.stream.StreamPacket;
import org.bytedeco.ffmpeg.avcodec.AVCodecContext;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.jspecify.annotations.Nullable;

/**
 * Decodes one stream from picture to picture: unlike {@link KeyFrameDecoder} it belongs to a camera, since what a packet
 * says rests on the pictures before it. A picture is scaled only when someone asks for it. For one thread, which closes
 * it.
 */
public final class StreamDecoder implements AutoCloseable {
    static {
        av_log_set_level(AV_LOG_QUIET);
    }

    private final AVPacket packet = av_packet_alloc();
    private final AVFrame frame = av_frame_alloc();
    private final AVFrame next = av_frame_alloc();
    private final FrameScaler scaler = new FrameScaler();
    private @Nullable AVCodecContext context;
    private @Nullable Codec codec;
    private boolean lost = true;

    /**
     * Decodes the stream's next packet. After a gap, and after a packet that cannot be decoded, nothing is until the
     * next key packet.
     *
     * @return whether there is a new picture; a stream that sorts its pictures gives the first some packets late
     * @throws UndecodableException if the packet is damaged, or its codec has no decoder here
     */
    public boolean decode(StreamPacket of) {
        AVCodecContext open = contextFor(of);
        if (!of.follows()) {
            avcodec_flush_buffers(open);
            lost = true;
        }
        if (lost && !of.key()) {
            return false;
        }
        lost = false;
        byte[] data = of.data();
        if (av_new_packet(packet, data.length) < 0) {
            throw new UndecodableException("no memory for a packet of " + data.length + " bytes");
        }
        try {
            packet.data().position(0).put(data, 0, data.length);
            if (avcodec_send_packet(open, packet) < 0) {
                lost = true;
                throw new UndecodableException("the picture cannot be decoded (%s, %d bytes)"
                        .formatted(of.codec().code(), data.length));
            }
        } finally {
            av_packet_unref(packet);
        }
        boolean fresh = false;
        while (avcodec_receive_frame(open, next) >= 0) {
            av_frame_unref(frame);
            av_frame_move_ref(frame, next);
            fresh = true;
        }
        return fresh;
    }

    private AVCodecContext contextFor(StreamPacket of) {
        AVCodecContext open = context;
        if (open == null || codec != of.codec()) {
            if (open != null) {
                avcodec_free_context(open);
            }
            open = KeyFrameDecoder.open(of.codec());
            context = open;
            codec = of.codec();
            lost = true;
        }
        return open;
    }

    /** Width in pixels of the picture decoded last; 0 before the first. */
    public int width() {
        return frame.width();
    }

    /** Height in pixels of the picture decoded last; 0 before the first. */
    public int height() {
        return frame.height();
    }

    /** The picture decoded last, in full size. */
    public Picture picture() {
        return scaler.picture(frame);
    }

    /** Scales the picture decoded last into an input, and says how it lies there. */
    public Letterbox letterbox(InputBuffer input) {
        return scaler.letterbox(frame, input);
    }

    @Override
    public void close() {
        AVCodecContext open = context;
        if (open != null) {
            avcodec_free_context(open);
            context = null;
        }
        av_packet_free(packet);
        av_frame_free(frame);
        av_frame_free(next);
        scaler.close();
    }
}
