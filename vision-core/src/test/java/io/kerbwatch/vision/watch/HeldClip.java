package io.kerbwatch.vision.watch;

import static org.bytedeco.ffmpeg.global.avcodec.av_packet_alloc;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_free;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_unref;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_alloc_context3;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_find_encoder_by_name;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_free_context;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_open2;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_receive_packet;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_send_frame;
import static org.bytedeco.ffmpeg.global.avutil.AV_PIX_FMT_YUV420P;
import static org.bytedeco.ffmpeg.global.avutil.av_dict_free;
import static org.bytedeco.ffmpeg.global.avutil.av_dict_set;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_alloc;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_free;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_get_buffer;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_make_writable;
import static org.bytedeco.ffmpeg.global.avutil.av_make_q;

import io.kerbwatch.vision.detect.Box;
import io.kerbwatch.vision.frame.Letterbox;
import io.kerbwatch.vision.frame.Picture;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.bytedeco.ffmpeg.avcodec.AVCodecContext;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avutil.AVDictionary;
import org.bytedeco.ffmpeg.avutil.AVFrame;

/**
 * Makes video of one picture: 1280 x 720 pixels, padded with grey where the shape differs, for 40 s with a key frame
 * every 2 s, with sensor noise and with light that slowly comes and goes. Coded as H.264; each picture behind its length.
 */
final class HeldClip {
    static final int FPS = 5;

    private static final int WIDTH = 1280;
    private static final int HEIGHT = 720;
    private static final int SECONDS = 40;
    private static final double NOISE = 2.5;
    private static final double WAVE = 0.06;

    private HeldClip() {}

    private static Letterbox fit(Picture picture) {
        return Letterbox.fit(picture.width(), picture.height(), WIDTH, HEIGHT);
    }

    /** Where a part of the picture (fractions of it) is in the clip's pictures (fractions of those). */
    static Box placed(Box part, Picture picture) {
        Letterbox box = fit(picture);
        Box scaled = part.scaled((double) box.width() / WIDTH, (double) box.height() / HEIGHT);
        return new Box(
                scaled.x() + (double) box.left() / WIDTH,
                scaled.y() + (double) box.top() / HEIGHT,
                scaled.width(),
                scaled.height());
    }

    static void write(Picture picture, long seed, Path file) throws IOException {
        byte[][] planes = planes(picture);
        Random random = new Random(seed);
        double[] noise = random.doubles(1 << 18, -1, 1)
                .map(r -> r * Math.sqrt(3) * NOISE)
                .toArray();
        AVCodecContext context = open();
        AVFrame frame = av_frame_alloc();
        AVPacket packet = av_packet_alloc();
        frame.width(WIDTH).height(HEIGHT).format(AV_PIX_FMT_YUV420P);
        try (DataOutputStream out = new DataOutputStream(Files.newOutputStream(file))) {
            av_frame_get_buffer(frame, 0);
            byte[] luma = new byte[WIDTH * HEIGHT];
            for (int i = 0; i < FPS * SECONDS; i++) {
                double light = 1 + WAVE * Math.sin(2 * Math.PI * i / (FPS * SECONDS));
                for (int y = 0; y < HEIGHT; y++) {
                    int other = random.nextInt(noise.length - WIDTH);
                    for (int k = y * WIDTH; k < (y + 1) * WIDTH; k++) {
                        double level = (planes[0][k] & 0xff) * light + noise[other + k - y * WIDTH];
                        luma[k] = (byte) Math.max(16, Math.min(235, Math.round(level)));
                    }
                }
                av_frame_make_writable(frame);
                put(frame, 0, luma, WIDTH);
                put(frame, 1, planes[1], WIDTH / 2);
                put(frame, 2, planes[2], WIDTH / 2);
                frame.pts(i);
                avcodec_send_frame(context, frame);
                take(context, packet, out);
            }
            avcodec_send_frame(context, null);
            take(context, packet, out);
        } finally {
            av_packet_free(packet);
            av_frame_free(frame);
            avcodec_free_context(context);
        }
    }

    private static AVCodecContext open() throws IOException {
        AVCodecContext context = avcodec_alloc_context3(avcodec_find_encoder_by_name("libopenh264"));
        context.width(WIDTH).height(HEIGHT).pix_fmt(AV_PIX_FMT_YUV420P).thread_count(1);
        context.time_base(av_make_q(1, FPS)).framerate(av_make_q(FPS, 1)).gop_size(2 * FPS);
        AVDictionary settings = new AVDictionary(null);
        av_dict_set(settings, "rc_mode", "off", 0);
        try {
            if (avcodec_open2(context, context.codec(), settings) < 0) {
                throw new IOException("the H.264 encoder does not open");
            }
        } finally {
            av_dict_free(settings);
        }
        return context;
    }

    private static void take(AVCodecContext context, AVPacket packet, DataOutputStream out) throws IOException {
        while (avcodec_receive_packet(context, packet) >= 0) {
            byte[] data = new byte[packet.size()];
            packet.data().position(0).limit(data.length).get(data);
            out.writeInt(data.length);
            out.write(data);
            av_packet_unref(packet);
        }
    }

    private static void put(AVFrame frame, int plane, byte[] rows, int width) {
        int stride = frame.linesize(plane);
        for (int y = 0; y * width < rows.length; y++) {
            frame.data(plane).position((long) y * stride).put(rows, y * width, width);
        }
        frame.data(plane).position(0);
    }

    /** Luma, blue and red difference by ITU-R BT.601, narrow range; bilinear, chroma at every other pixel. */
    private static byte[][] planes(Picture picture) {
        Letterbox box = fit(picture);
        byte[] luma = new byte[WIDTH * HEIGHT];
        byte[] blue = new byte[WIDTH * HEIGHT / 4];
        byte[] red = new byte[WIDTH * HEIGHT / 4];
        for (int y = 0; y < HEIGHT; y++) {
            for (int x = 0; x < WIDTH; x++) {
                double[] bgr = {Letterbox.PADDING, Letterbox.PADDING, Letterbox.PADDING};
                boolean inside = x >= box.left()
                        && x < box.left() + box.width()
                        && y >= box.top()
                        && y < box.top() + box.height();
                if (inside) {
                    for (int c = 0; c < 3; c++) {
                        bgr[c] = sample(picture, box.pictureX(x + 0.5) - 0.5, box.pictureY(y + 0.5) - 0.5, c);
                    }
                }
                luma[y * WIDTH + x] = (byte) Math.round(16 + 0.257 * bgr[2] + 0.504 * bgr[1] + 0.098 * bgr[0]);
                if (x % 2 == 0 && y % 2 == 0) {
                    int i = y / 2 * (WIDTH / 2) + x / 2;
                    blue[i] = (byte) Math.round(128 - 0.148 * bgr[2] - 0.291 * bgr[1] + 0.439 * bgr[0]);
                    red[i] = (byte) Math.round(128 + 0.439 * bgr[2] - 0.368 * bgr[1] - 0.071 * bgr[0]);
                }
            }
        }
        return new byte[][] {luma, blue, red};
    }

    private static double sample(Picture picture, double x, double y, int colour) {
        double cx = Math.max(0, Math.min(picture.width() - 1.0, x));
        double cy = Math.max(0, Math.min(picture.height() - 1.0, y));
        int x0 = (int) cx;
        int y0 = (int) cy;
        int x1 = Math.min(picture.width() - 1, x0 + 1);
        int y1 = Math.min(picture.height() - 1, y0 + 1);
        double top = at(picture, x0, y0, colour) * (1 - cx + x0) + at(picture, x1, y0, colour) * (cx - x0);
        double bottom = at(picture, x0, y1, colour) * (1 - cx + x0) + at(picture, x1, y1, colour) * (cx - x0);
        return top * (1 - cy + y0) + bottom * (cy - y0);
    }

    private static int at(Picture picture, int x, int y, int colour) {
        return picture.bgr()[(y * picture.width() + x) * 3 + colour] & 0xff;
    }
}
