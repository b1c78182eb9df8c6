package io.kerbwatch.samples;

import static org.bytedeco.ffmpeg.global.avcodec.AV_CODEC_ID_H264;
import static org.bytedeco.ffmpeg.global.avcodec.AV_CODEC_ID_HEVC;
import static org.bytedeco.ffmpeg.global.avcodec.AV_PKT_FLAG_KEY;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_alloc;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_free;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_unref;
import static org.bytedeco.ffmpeg.global.avformat.av_read_frame;
import static org.bytedeco.ffmpeg.global.avformat.avformat_close_input;
import static org.bytedeco.ffmpeg.global.avformat.avformat_find_stream_info;
import static org.bytedeco.ffmpeg.global.avformat.avformat_open_input;
import static org.bytedeco.ffmpeg.global.avutil.AVMEDIA_TYPE_VIDEO;
import static org.bytedeco.ffmpeg.global.avutil.av_q2d;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.ffmpeg.avcodec.AVCodecParameters;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avformat.AVFormatContext;
import org.bytedeco.ffmpeg.avformat.AVStream;
import org.bytedeco.ffmpeg.avutil.AVDictionary;

/** Takes the video out of an MP4 file. */
final class Mp4 {
    private static final int LENGTH_BYTES = 4;

    private Mp4() {}

    static Footage read(Path file) throws IOException {
        AVFormatContext format = new AVFormatContext(null);
        if (avformat_open_input(format, file.toString(), null, null) < 0) {
            throw new IOException(file + " cannot be opened as a video");
        }
        try {
            avformat_find_stream_info(format, (AVDictionary) null);
            AVStream stream = video(format, file);
            AVCodecParameters coding = stream.codecpar();
            byte[] setup = new byte[coding.extradata_size()];
            if (setup.length == 0) {
                throw new IOException(file + " has no parameter sets");
            }
            coding.extradata().get(setup);
            Codec codec = codec(coding, file);
            return new Footage(
                    codec,
                    coding.width(),
                    coding.height(),
                    av_q2d(stream.avg_frame_rate()),
                    codec == Codec.H264 ? setsOfAvc(ByteBuffer.wrap(setup)) : setsOfHevc(ByteBuffer.wrap(setup)),
                    units(format, stream.index()));
        } finally {
            avformat_close_input(format);
        }
    }

    private static AVStream video(AVFormatContext format, Path file) throws IOException {
        for (int i = 0; i < format.nb_streams(); i++) {
            if (format.streams(i).codecpar().codec_type() == AVMEDIA_TYPE_VIDEO) {
                return format.streams(i);
            }
        }
        throw new IOException(file + " has no video track");
    }

    private static Codec codec(AVCodecParameters coding, Path file) throws IOException {
        if (coding.codec_id() == AV_CODEC_ID_H264) {
            return Codec.H264;
        }
        if (coding.codec_id() == AV_CODEC_ID_HEVC) {
            return Codec.H265;
        }
        throw new IOException(file + " is neither H.264 nor H.265");
    }

    private static List<AccessUnit> units(AVFormatContext format, int stream) {
        List<AccessUnit> units = new ArrayList<>();
        AVPacket packet = av_packet_alloc();
        try {
            while (av_read_frame(format, packet) >= 0) {
                if (packet.stream_index() == stream) {
                    ByteBuffer bytes =
                            packet.data().capacity(packet.size()).asByteBuffer().order(ByteOrder.BIG_ENDIAN);
                    units.add(new AccessUnit(nalUnits(bytes), (packet.flags() & AV_PKT_FLAG_KEY) != 0));
                }
                av_packet_unref(packet);
            }
        } finally {
            av_packet_free(packet);
        }
        return List.copyOf(units);
    }

    /** A sample of ISO/IEC 14496-15: NAL units, each behind its length. */
    private static List<byte[]> nalUnits(ByteBuffer sample) {
        List<byte[]> units = new ArrayList<>();
        while (sample.remaining() > LENGTH_BYTES) {
            units.add(take(sample, sample.getInt()));
        }
        return List.copyOf(units);
    }

    /** AVCDecoderConfigurationRecord, ISO/IEC 14496-15, 5.3.3.1. */
    private static List<byte[]> setsOfAvc(ByteBuffer record) {
        List<byte[]> sets = new ArrayList<>();
        record.position(5);
        for (int kind = 0; kind < 2; kind++) {
            int count = record.get() & 0x1f;
            for (int i = 0; i < count; i++) {
                sets.add(take(record, record.getShort() & 0xffff));
            }
        }
        return List.copyOf(sets);
    }

    /** HEVCDecoderConfigurationRecord, ISO/IEC 14496-15, 8.3.3.1. */
    private static List<byte[]> setsOfHevc(ByteBuffer record) {
        List<byte[]> sets = new ArrayList<>();
        record.position(22);
        int arrays = record.get() & 0xff;
        for (int kind = 0; kind < arrays; kind++) {
            record.get();
            int count = record.getShort() & 0xffff;
            for (int i = 0; i < count; i++) {
                sets.add(take(record, record.getShort() & 0xffff));
            }
        }
        return List.copyOf(sets);
    }

    private static byte[] take(ByteBuffer from, int length) {
        byte[] bytes = new byte[length];
        from.get(bytes);
        return bytes;
    }
}
