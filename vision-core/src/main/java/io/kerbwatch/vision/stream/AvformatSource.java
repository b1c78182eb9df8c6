package io.kerbwatch.vision.stream;

import static org.bytedeco.ffmpeg.global.avcodec.AV_CODEC_ID_H264;
import static org.bytedeco.ffmpeg.global.avcodec.AV_CODEC_ID_HEVC;
import static org.bytedeco.ffmpeg.global.avcodec.AV_CODEC_ID_MJPEG;
import static org.bytedeco.ffmpeg.global.avcodec.AV_CODEC_ID_NONE;
import static org.bytedeco.ffmpeg.global.avcodec.AV_PKT_FLAG_KEY;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_alloc;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_free;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_unref;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_get_name;
import static org.bytedeco.ffmpeg.global.avformat.av_find_input_format;
import static org.bytedeco.ffmpeg.global.avformat.av_read_frame;
import static org.bytedeco.ffmpeg.global.avformat.avformat_alloc_context;
import static org.bytedeco.ffmpeg.global.avformat.avformat_close_input;
import static org.bytedeco.ffmpeg.global.avformat.avformat_network_init;
import static org.bytedeco.ffmpeg.global.avformat.avformat_open_input;
import static org.bytedeco.ffmpeg.global.avutil.AVERROR_EOF;
import static org.bytedeco.ffmpeg.global.avutil.AVERROR_HTTP_FORBIDDEN;
import static org.bytedeco.ffmpeg.global.avutil.AVERROR_HTTP_NOT_FOUND;
import static org.bytedeco.ffmpeg.global.avutil.AVERROR_HTTP_UNAUTHORIZED;
import static org.bytedeco.ffmpeg.global.avutil.AVMEDIA_TYPE_VIDEO;
import static org.bytedeco.ffmpeg.global.avutil.AV_LOG_QUIET;
import static org.bytedeco.ffmpeg.global.avutil.av_dict_free;
import static org.bytedeco.ffmpeg.global.avutil.av_dict_set;
import static org.bytedeco.ffmpeg.global.avutil.av_log_set_level;
import static org.bytedeco.ffmpeg.global.avutil.av_strerror;

import io.kerbwatch.vision.stream.StreamHealth.Grade;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.bytedeco.ffmpeg.avcodec.AVCodecParameters;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avformat.AVFormatContext;
import org.bytedeco.ffmpeg.avformat.AVIOInterruptCB;
import org.bytedeco.ffmpeg.avformat.AVInputFormat;
import org.bytedeco.ffmpeg.avutil.AVDictionary;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.Loader;
import org.jspecify.annotations.Nullable;

/**
 * RTSP by libavformat, over TCP.
 *
 * <p>Three things guard against a camera that stops answering, because each alone is known to fail: the interrupt
 * callback, set on the context before it is opened; the demuxer's own {@code timeout}; and the watchdog, which leaves
 * behind a reader that does not come back. Stream information is not probed: codec and parameter sets stand in the SDP
 * or in the stream, and probing costs a second a camera.
 */
final class AvformatSource implements PacketSource {
    private static final Set<AvformatSource> OPEN = ConcurrentHashMap.newKeySet();
    private static final Duration DEADLINES_ARE_READ_EVERY = Duration.ofMillis(100);
    private static final String PROTOCOLS = "rtsp,rtsps,rtp,tcp,tls,crypto";
    private static final int LARGEST_PACKET = 64 << 20;

    static {
        // Its messages hold URLs with passwords; what people need to know is said in StreamException.
        av_log_set_level(AV_LOG_QUIET);
        avformat_network_init();
        Loader.load(AVIOInterruptCB.class);
        ScheduledExecutorService deadlines = Executors.newSingleThreadScheduledExecutor(work -> {
            Thread thread = new Thread(work, "stream-deadlines");
            thread.setDaemon(true);
            return thread;
        });
        long every = DEADLINES_ARE_READ_EVERY.toMillis();
        var unused = deadlines.scheduleWithFixedDelay(
                () -> OPEN.forEach(AvformatSource::giveUpIfLate), every, every, TimeUnit.MILLISECONDS);
    }

    private final CameraUrl url;
    private final StreamOptions options;
    private final Deadline deadline;
    private final boolean every;
    private final GiveUp giveUp = new GiveUp();
    private final AVPacket packet;
    private AVFormatContext context;
    private int video;
    private Codec codec;
    private byte[] parameterSets;
    private boolean begun;

    private AvformatSource(CameraUrl url, StreamOptions options, Deadline deadline, boolean every) {
        this.url = url;
        this.options = options;
        this.deadline = deadline;
        this.every = every;
        this.packet = av_packet_alloc();
        this.context = avformat_alloc_context();
        this.codec = Codec.H264;
        this.parameterSets = new byte[0];
        giveUp.install(context.interrupt_callback());
        OPEN.add(this);
    }

    /**
     * Connects and asks the camera to play.
     *
     * @param every whether packets between key packets are wanted too
     * @throws StreamException with the reason in plain words
     */
    static AvformatSource open(
            CameraUrl url, InetAddress address, StreamOptions options, Deadline deadline, boolean every) {
        AvformatSource source = new AvformatSource(url, options, deadline, every);
        try {
            source.open(url.connectable(address));
            return source;
        } catch (RuntimeException e) {
            source.close();
            throw e;
        }
    }

    private void open(String connectable) {
        allow(options.connect());
        AVInputFormat rtsp = av_find_input_format("rtsp");
        AVDictionary settings = new AVDictionary(null);
        try {
            set(settings, "rtsp_transport", "tcp");
            set(settings, "allowed_media_types", "video");
            set(settings, "protocol_whitelist", PROTOCOLS);
            set(settings, "probesize", "65536");
            set(settings, "timeout", Long.toString(options.connect().toNanos() / 1000));
            set(settings, "user_agent", "Kerbwatch");
            int code = avformat_open_input(context, connectable, rtsp, settings);
            if (code < 0) {
                // The library has freed the context.
                context = new AVFormatContext(null);
                throw failure(code);
            }
        } finally {
            av_dict_free(settings);
        }
        // The demuxer follows a redirect to wherever it points; an address that was not checked is none of ours.
        BytePointer now = context.url();
        if (now != null && !now.isNull() && !sameTarget(connectable, now.getString(StandardCharsets.UTF_8))) {
            throw new StreamException(
                    Grade.REFUSED, url + " redirects elsewhere; register the camera with the URL that it redirects to");
        }
        choose();
    }

    /** Whether the library still talks to what it was told to; it may have cut the user information out. */
    private static boolean sameTarget(String asked, String used) {
        CameraUrl a = CameraUrl.parse(asked);
        CameraUrl b;
        try {
            b = CameraUrl.parse(used);
        } catch (IllegalArgumentException e) {
            return false;
        }
        return a.scheme().equals(b.scheme()) && a.host().equals(b.host()) && a.port() == b.port();
    }

    private void choose() {
        for (int i = 0; i < context.nb_streams(); i++) {
            AVCodecParameters parameters = context.streams(i).codecpar();
            if (parameters.codec_type() != AVMEDIA_TYPE_VIDEO) {
                continue;
            }
            Codec known = codec(parameters.codec_id());
            if (known == null) {
                String name = parameters.codec_id() == AV_CODEC_ID_NONE
                        ? "a codec that is not known here"
                        : avcodec_get_name(parameters.codec_id()).getString();
                throw new StreamException(
                        Grade.UNDECODABLE, url + " sends " + name + "; set the camera to H.264, H.265 or MJPEG");
            }
            video = i;
            codec = known;
            parameterSets = extradata(parameters);
            return;
        }
        throw new StreamException(
                Grade.UNDECODABLE, url + " has no video track; is it the address of a microphone or of a sub-device?");
    }

    private static @Nullable Codec codec(int id) {
        if (id == AV_CODEC_ID_H264) {
            return Codec.H264;
        } else if (id == AV_CODEC_ID_HEVC) {
            return Codec.H265;
        } else if (id == AV_CODEC_ID_MJPEG) {
            return Codec.MJPEG;
        }
        return null;
    }

    private static byte[] extradata(AVCodecParameters parameters) {
        int size = parameters.extradata_size();
        BytePointer data = parameters.extradata();
        if (size <= 4 || data == null || data.isNull()) {
            return new byte[0];
        }
        byte[] bytes = new byte[size];
        data.position(0).limit(size).get(bytes);
        // Only Annex B can stand in front of a packet; the RTSP demuxer gives nothing else.
        boolean annexB = bytes[0] == 0 && bytes[1] == 0 && (bytes[2] == 1 || (bytes[2] == 0 && bytes[3] == 1));
        return annexB ? bytes : new byte[0];
    }

    @Override
    public Received next() {
        long noKeyAfter = System.nanoTime() + options.firstKeyFrame().toNanos();
        while (true) {
            allow(options.silence());
            int code = av_read_frame(context, packet);
            if (code < 0) {
                throw failure(code);
            }
            try {
                boolean key = packet.stream_index() == video && (packet.flags() & AV_PKT_FLAG_KEY) != 0;
                boolean wanted = key || (every && begun && packet.stream_index() == video);
                if (wanted && packet.size() > 0 && packet.size() < LARGEST_PACKET) {
                    begun = true;
                    return new Received(codec, copy(packet, key), key);
                }
            } finally {
                av_packet_unref(packet);
            }
            if (System.nanoTime() - noKeyAfter > 0) {
                throw new StreamException(
                        Grade.STALLED,
                        "%s sends, but no key frame for %d s; set the camera's key-frame (I-frame) distance to 2 to 4 s"
                                .formatted(url, options.firstKeyFrame().toSeconds()));
            }
        }
    }

    private byte[] copy(AVPacket from, boolean key) {
        int size = from.size();
        int front = key ? parameterSets.length : 0;
        byte[] data = Arrays.copyOf(key ? parameterSets : new byte[0], front + size);
        from.data().position(0).limit(size).get(data, front, size);
        return data;
    }

    private StreamException failure(int code) {
        if (deadline.interrupted()) {
            return new StreamException(Grade.CONNECTING, url + " was given up on request");
        }
        if (code == AVERROR_HTTP_UNAUTHORIZED()) {
            return new StreamException(
                    Grade.REFUSED, url + " refuses the user name or password; check them in the camera's own page");
        }
        if (code == AVERROR_HTTP_FORBIDDEN()) {
            return new StreamException(
                    Grade.REFUSED, url + " forbids this user to look; give it the right in the camera");
        }
        if (code == AVERROR_HTTP_NOT_FOUND()) {
            return new StreamException(
                    Grade.REFUSED, url + " does not know this path; look up the stream's path for this make of camera");
        }
        if (deadline.over() || code == -Errno.TIMED_OUT) {
            return new StreamException(
                    Grade.STALLED, url + " accepted the connection but does not answer; restart the camera");
        }
        return switch (-code) {
            case Errno.CONNECTION_REFUSED ->
                new StreamException(
                        Grade.OFFLINE, url + ": nothing listens on this port; is the port right and RTSP switched on?");
            case Errno.HOST_UNREACHABLE, Errno.NETWORK_UNREACHABLE ->
                new StreamException(
                        Grade.OFFLINE, url + ": no way to this address; is the camera powered and its cable in?");
            case Errno.CONNECTION_RESET, Errno.BROKEN_PIPE ->
                new StreamException(Grade.OFFLINE, url + " cut the connection");
            default -> {
                if (code == AVERROR_EOF()) {
                    yield new StreamException(Grade.OFFLINE, url + " ended the stream");
                }
                byte[] text = new byte[128];
                av_strerror(code, text, text.length);
                String words = new String(text, StandardCharsets.UTF_8).trim();
                yield new StreamException(
                        Grade.OFFLINE,
                        url + " answers, but not as an RTSP camera does (" + words.replace("\0", "") + ")");
            }
        };
    }

    private static void set(AVDictionary settings, String name, String value) {
        av_dict_set(settings, name, value, 0);
    }

    /** From now on the call that the reader is in may take that long, unless it was told to give up. */
    private void allow(Duration time) {
        deadline.in(time);
        if (!deadline.interrupted()) {
            giveUp.say(false);
        }
    }

    private void giveUpIfLate() {
        if (deadline.over()) {
            giveUp.say(true);
        }
    }

    @Override
    public void interrupt() {
        deadline.interrupt();
        giveUp.say(true);
    }

    @Override
    public void close() {
        // Closing says TEARDOWN to the camera and waits for its answer no longer than this.
        allow(Duration.ofSeconds(1));
        if (!context.isNull()) {
            avformat_close_input(context);
            context = new AVFormatContext(null);
        }
        if (!packet.isNull()) {
            av_packet_free(packet);
        }
        OPEN.remove(this);
        giveUp.close();
    }

    /** Numbers of errno(3) that libavformat hands through, the same on Linux for all architectures that matter here. */
    private static final class Errno {
        static final int BROKEN_PIPE = 32;
        static final int NETWORK_UNREACHABLE = 101;
        static final int CONNECTION_RESET = 104;
        static final int TIMED_OUT = 110;
        static final int CONNECTION_REFUSED = 111;
        static final int HOST_UNREACHABLE = 113;
    }
}
