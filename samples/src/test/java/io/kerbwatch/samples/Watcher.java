package io.kerbwatch.samples;

import static org.bytedeco.ffmpeg.global.avcodec.AV_PKT_FLAG_KEY;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_alloc;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_free;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_unref;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_alloc_context3;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_find_decoder;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_free_context;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_open2;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_parameters_to_context;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_receive_frame;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_send_packet;
import static org.bytedeco.ffmpeg.global.avformat.av_read_frame;
import static org.bytedeco.ffmpeg.global.avformat.avformat_close_input;
import static org.bytedeco.ffmpeg.global.avformat.avformat_open_input;
import static org.bytedeco.ffmpeg.global.avutil.AVMEDIA_TYPE_VIDEO;
import static org.bytedeco.ffmpeg.global.avutil.AV_LOG_QUIET;
import static org.bytedeco.ffmpeg.global.avutil.av_dict_free;
import static org.bytedeco.ffmpeg.global.avutil.av_dict_set;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_alloc;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_free;
import static org.bytedeco.ffmpeg.global.avutil.av_log_set_level;

import java.io.IOException;
import java.net.URI;
import java.util.Optional;
import org.bytedeco.ffmpeg.avcodec.AVCodecContext;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avformat.AVFormatContext;
import org.bytedeco.ffmpeg.avutil.AVDictionary;
import org.bytedeco.ffmpeg.avutil.AVFrame;

/** A viewer that is not ours: libavformat and libavcodec. */
final class Watcher implements AutoCloseable {
    static {
        av_log_set_level(AV_LOG_QUIET);
    }

    private final AVFormatContext format = new AVFormatContext(null);
    private final AVPacket packet = av_packet_alloc();
    private AVCodecContext decoder = new AVCodecContext(null);

    /** One coded picture. */
    record Packet(boolean key) {}

    /** @param options name, value, name, value of the demuxer's options */
    Watcher(URI address, String... options) throws IOException {
        AVDictionary dictionary = new AVDictionary(null);
        av_dict_set(dictionary, "timeout", "2000000", 0);
        for (int i = 0; i < options.length; i += 2) {
            av_dict_set(dictionary, options[i], options[i + 1], 0);
        }
        int result = avformat_open_input(format, address.toString(), null, dictionary);
        av_dict_free(dictionary);
        if (result < 0) {
            throw new IOException("cannot be opened: " + result);
        }
    }

    static Watcher overTcp(URI address) throws IOException {
        return new Watcher(address, "rtsp_transport", "tcp");
    }

    boolean hasVideo() {
        for (int i = 0; i < format.nb_streams(); i++) {
            if (format.streams(i).codecpar().codec_type() == AVMEDIA_TYPE_VIDEO) {
                return true;
            }
        }
        return false;
    }

    int codecId() {
        return format.streams(0).codecpar().codec_id();
    }

    /** The next packet; none when the stream has ended or nothing came for two seconds. */
    Optional<Packet> next() {
        av_packet_unref(packet);
        if (av_read_frame(format, packet) < 0) {
            return Optional.empty();
        }
        return Optional.of(new Packet((packet.flags() & AV_PKT_FLAG_KEY) != 0));
    }

    /** Reads up to the next key frame, and decodes it; its width in pixels. */
    int widthOfNextKeyFrame() throws IOException {
        Packet next = next().orElseThrow(() -> new IOException("no packet"));
        while (!next.key()) {
            next = next().orElseThrow(() -> new IOException("no packet"));
        }
        if (decoder.isNull()) {
            decoder = avcodec_alloc_context3(avcodec_find_decoder(codecId()));
            avcodec_parameters_to_context(decoder, format.streams(0).codecpar());
            decoder.thread_count(1);
            avcodec_open2(decoder, null, (AVDictionary) null);
        }
        AVFrame frame = av_frame_alloc();
        try {
            avcodec_send_packet(decoder, packet);
            while (avcodec_receive_frame(decoder, frame) < 0) {
                if (next().isEmpty()) {
                    throw new IOException("no packet");
                }
                avcodec_send_packet(decoder, packet);
            }
            return frame.width();
        } finally {
            av_frame_free(frame);
        }
    }

    @Override
    public void close() {
        av_packet_free(packet);
        if (!decoder.isNull()) {
            avcodec_free_context(decoder);
        }
        avformat_close_input(format);
    }
}
