package io.kerbwatch.samples;

import static org.bytedeco.ffmpeg.global.avcodec.AV_CODEC_ID_H264;
import static org.bytedeco.ffmpeg.global.avcodec.AV_CODEC_ID_HEVC;
import static org.bytedeco.ffmpeg.global.avcodec.av_new_packet;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_alloc;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_free;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_alloc_context3;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_find_decoder;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_flush_buffers;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_free_context;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_open2;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_receive_frame;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_send_packet;
import static org.bytedeco.ffmpeg.global.avutil.AV_PIX_FMT_BGR24;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_alloc;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_free;
import static org.bytedeco.ffmpeg.global.swscale.SWS_BILINEAR;
import static org.bytedeco.ffmpeg.global.swscale.sws_freeContext;
import static org.bytedeco.ffmpeg.global.swscale.sws_getContext;
import static org.bytedeco.ffmpeg.global.swscale.sws_scale_frame;

import java.awt.image.BufferedImage;
import java.awt.image.DataBufferByte;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.imageio.ImageIO;
import org.bytedeco.ffmpeg.avcodec.AVCodecContext;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avutil.AVDictionary;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.ffmpeg.swscale.SwsContext;
import org.bytedeco.ffmpeg.swscale.SwsFilter;
import org.bytedeco.javacpp.DoublePointer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The key frames of a clip as JPEG; made once, beside the station's thread, when somebody first asks for them. */
final class JpegStills {
    private static final Logger LOG = LoggerFactory.getLogger(JpegStills.class);
    private static final byte[] START_CODE = {0, 0, 0, 1};
    private static final Map<Footage, JpegStills> MADE = new ConcurrentHashMap<>();

    private final Map<Integer, byte[]> stills = new ConcurrentHashMap<>();
    private final AtomicBoolean begun = new AtomicBoolean();

    private JpegStills() {}

    static JpegStills of(Footage footage) {
        JpegStills stills = MADE.computeIfAbsent(footage, any -> new JpegStills());
        if (stills.begun.compareAndSet(false, true)) {
            Thread thread = new Thread(() -> stills.make(footage), "sample-stills");
            thread.setDaemon(true);
            thread.start();
        }
        return stills;
    }

    /** The still of that picture of the clip; none while it is not made yet. */
    Optional<byte[]> at(int index) {
        return Optional.ofNullable(stills.get(index));
    }

    private void make(Footage footage) {
        AVCodecContext decoder = avcodec_alloc_context3(
                avcodec_find_decoder(footage.codec() == Codec.H264 ? AV_CODEC_ID_H264 : AV_CODEC_ID_HEVC));
        AVFrame frame = av_frame_alloc();
        try {
            decoder.thread_count(1);
            if (avcodec_open2(decoder, null, (AVDictionary) null) < 0) {
                throw new IOException("no decoder for " + footage.codec());
            }
            List<AccessUnit> units = footage.units();
            for (int i = 0; i < units.size(); i++) {
                if (units.get(i).key()) {
                    decode(decoder, footage, units.get(i), frame);
                    stills.put(i, jpeg(frame));
                }
            }
        } catch (IOException e) {
            LOG.warn("The sample stills cannot be made: {}", e.getMessage());
        } finally {
            av_frame_free(frame);
            avcodec_free_context(decoder);
        }
    }

    private static void decode(AVCodecContext decoder, Footage footage, AccessUnit unit, AVFrame frame)
            throws IOException {
        byte[] stream = byteStream(footage, unit);
        AVPacket packet = av_packet_alloc();
        try {
            av_new_packet(packet, stream.length);
            packet.data().put(stream);
            avcodec_send_packet(decoder, packet);
            // the end of the stream makes the decoder give out its only picture
            avcodec_send_packet(decoder, (AVPacket) null);
            int result = avcodec_receive_frame(decoder, frame);
            avcodec_flush_buffers(decoder);
            if (result < 0) {
                throw new IOException("a key frame cannot be decoded (" + result + ")");
            }
        } finally {
            av_packet_free(packet);
        }
    }

    private static byte[] byteStream(Footage footage, AccessUnit unit) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (byte[] set : footage.parameterSets()) {
            out.writeBytes(START_CODE);
            out.writeBytes(set);
        }
        for (byte[] nal : unit.nalUnits()) {
            out.writeBytes(START_CODE);
            out.writeBytes(nal);
        }
        return out.toByteArray();
    }

    private static byte[] jpeg(AVFrame frame) throws IOException {
        int width = frame.width();
        int height = frame.height();
        SwsContext scaler = sws_getContext(
                width,
                height,
                frame.format(),
                width,
                height,
                AV_PIX_FMT_BGR24,
                SWS_BILINEAR,
                (SwsFilter) null,
                (SwsFilter) null,
                (DoublePointer) null);
        AVFrame colours = av_frame_alloc();
        try {
            if (sws_scale_frame(scaler, colours, frame) < 0) {
                throw new IOException("a key frame cannot be converted");
            }
            BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_3BYTE_BGR);
            byte[] pixels = ((DataBufferByte) image.getRaster().getDataBuffer()).getData();
            for (int y = 0; y < height; y++) {
                colours.data(0).position((long) y * colours.linesize(0)).get(pixels, y * width * 3, width * 3);
            }
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            ImageIO.write(image, "jpeg", out);
            return out.toByteArray();
        } finally {
            av_frame_free(colours);
            sws_freeContext(scaler);
        }
    }
}
