package io.kerbwatch.vision.stream;

import static org.bytedeco.ffmpeg.global.avcodec.AV_CODEC_ID_H264;
import static org.bytedeco.ffmpeg.global.avcodec.AV_CODEC_ID_HEVC;
import static org.bytedeco.ffmpeg.global.avcodec.AV_CODEC_ID_MJPEG;
import static org.bytedeco.ffmpeg.global.avcodec.AV_PKT_FLAG_KEY;
import static org.bytedeco.ffmpeg.global.avcodec.av_bsf_alloc;
import static org.bytedeco.ffmpeg.global.avcodec.av_bsf_free;
import static org.bytedeco.ffmpeg.global.avcodec.av_bsf_get_by_name;
import static org.bytedeco.ffmpeg.global.avcodec.av_bsf_init;
import static org.bytedeco.ffmpeg.global.avcodec.av_bsf_receive_packet;
import static org.bytedeco.ffmpeg.global.avcodec.av_bsf_send_packet;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_alloc;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_free;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_unref;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_parameters_copy;
import static org.bytedeco.ffmpeg.global.avformat.av_read_frame;
import static org.bytedeco.ffmpeg.global.avformat.avformat_alloc_context;
import static org.bytedeco.ffmpeg.global.avformat.avformat_close_input;
import static org.bytedeco.ffmpeg.global.avformat.avformat_find_stream_info;
import static org.bytedeco.ffmpeg.global.avformat.avformat_open_input;
import static org.bytedeco.ffmpeg.global.avutil.AVMEDIA_TYPE_VIDEO;
import static org.bytedeco.ffmpeg.global.avutil.AV_LOG_QUIET;
import static org.bytedeco.ffmpeg.global.avutil.av_dict_free;
import static org.bytedeco.ffmpeg.global.avutil.av_dict_set;
import static org.bytedeco.ffmpeg.global.avutil.av_log_set_level;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.bytedeco.ffmpeg.avcodec.AVBSFContext;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avformat.AVFormatContext;
import org.bytedeco.ffmpeg.avformat.AVStream;
import org.bytedeco.ffmpeg.avutil.AVDictionary;
import org.jspecify.annotations.Nullable;

/**
 * Reads the key packets of a clip in a file, or all of them, as fast as it can; instants are those of a virtual clock. For one thread,
 * which closes it.
 */
public final class ClipReader implements AutoCloseable {
    private final Path file;
    private final Instant start;
    private final AVFormatContext context;
    private final AVPacket packet = av_packet_alloc();
    private final int video;
    private final double secondsPerTick;
    private final Codec codec;
    private @Nullable AVBSFContext annexB;
    private long sequence;
    private boolean begun;

    /**
     * Opens a clip.
     *
     * @param start instant of its beginning on the virtual clock
     * @throws IOException if it cannot be read, or holds no video of a codec that is known here
     */
    public ClipReader(Path file, Instant start) throws IOException {
        av_log_set_level(AV_LOG_QUIET);
        this.file = file;
        this.start = start;
        this.context = avformat_alloc_context();
        AVDictionary settings = new AVDictionary(null);
        try {
            av_dict_set(settings, "protocol_whitelist", "file", 0);
            if (avformat_open_input(context, file.toAbsolutePath().toString(), null, settings) < 0
                    || avformat_find_stream_info(context, (AVDictionary) null) < 0) {
                close();
                throw new IOException(file + " is no clip that can be read");
            }
        } finally {
            av_dict_free(settings);
        }
        int found = -1;
        for (int i = 0; i < context.nb_streams() && found < 0; i++) {
            if (context.streams(i).codecpar().codec_type() == AVMEDIA_TYPE_VIDEO) {
                found = i;
            }
        }
        Codec known = found < 0 ? null : codec(context.streams(found));
        if (known == null) {
            close();
            throw new IOException(file + " holds no H.264, H.265 or MJPEG video");
        }
        this.video = found;
        this.codec = known;
        AVStream stream = context.streams(found);
        this.secondsPerTick =
                (double) stream.time_base().num() / stream.time_base().den();
        if (known != Codec.MJPEG) {
            annexB = filter(known == Codec.H264 ? "h264_mp4toannexb" : "hevc_mp4toannexb", stream);
        }
    }

    private static @Nullable Codec codec(AVStream stream) {
        int id = stream.codecpar().codec_id();
        if (id == AV_CODEC_ID_H264) {
            return Codec.H264;
        } else if (id == AV_CODEC_ID_HEVC) {
            return Codec.H265;
        }
        return id == AV_CODEC_ID_MJPEG ? Codec.MJPEG : null;
    }

    private static AVBSFContext filter(String name, AVStream stream) throws IOException {
        AVBSFContext filter = new AVBSFContext(null);
        if (av_bsf_alloc(av_bsf_get_by_name(name), filter) < 0
                || avcodec_parameters_copy(filter.par_in(), stream.codecpar()) < 0
                || av_bsf_init(filter) < 0) {
            throw new IOException("the filter " + name + " does not start");
        }
        return filter;
    }

    /** The next key packet; empty at the end. */
    public Optional<KeyPacket> next() throws IOException {
        return read(true).map(p -> new KeyPacket(p.codec(), p.data(), p.arrival(), ++sequence));
    }

    /** The next packet, key or not; empty at the end. */
    public Optional<StreamPacket> nextOfAll() throws IOException {
        return read(false);
    }

    private Optional<StreamPacket> read(boolean keyOnly) throws IOException {
        while (av_read_frame(context, packet) >= 0) {
            try {
                boolean key = (packet.flags() & AV_PKT_FLAG_KEY) != 0;
                if (packet.stream_index() != video || (keyOnly && !key)) {
                    continue;
                }
                Duration since = Duration.ofNanos((long) (packet.pts() * secondsPerTick * 1e9));
                AVBSFContext filter = annexB;
                if (filter != null
                        && (av_bsf_send_packet(filter, packet) < 0 || av_bsf_receive_packet(filter, packet) < 0)) {
                    throw new IOException(file + ": a picture at " + since.toMillis() + " ms is damaged");
                }
                byte[] data = new byte[packet.size()];
                packet.data().position(0).limit(data.length).get(data);
                boolean follows = begun;
                begun = true;
                return Optional.of(new StreamPacket(codec, data, key, follows, start.plus(since)));
            } finally {
                av_packet_unref(packet);
            }
        }
        return Optional.empty();
    }

    @Override
    public void close() {
        if (annexB != null) {
            av_bsf_free(annexB);
            annexB = null;
        }
        av_packet_free(packet);
        if (!context.isNull()) {
            avformat_close_input(context);
        }
    }
}
