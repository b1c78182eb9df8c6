package io.kerbwatch.server.command.benchmark;

import static org.bytedeco.ffmpeg.global.avutil.AV_LOG_QUIET;
import static org.bytedeco.ffmpeg.global.avutil.av_log_set_level;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicLong;
import org.bytedeco.javacv.FFmpegFrameGrabber;
import org.bytedeco.javacv.FrameGrabber;

/**
 * Reads every picture of each camera with JavaCV's FFmpegFrameGrabber, a thread a camera. Arguments are the cameras'
 * URLs. Answers each line with the pictures read so far, one number a camera.
 */
final class GrabberMain {
    private GrabberMain() {}

    public static void main(String[] urls) throws IOException {
        PrintStream answers = Child.answers();
        av_log_set_level(AV_LOG_QUIET);
        AtomicLong[] pictures = new AtomicLong[urls.length];
        for (int i = 0; i < urls.length; i++) {
            AtomicLong count = new AtomicLong();
            pictures[i] = count;
            String url = urls[i];
            Thread thread = new Thread(() -> read(url, count), "grabber-" + i);
            thread.setDaemon(true);
            thread.start();
        }
        try (BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
            while (in.readLine() != null) {
                answers.println(Arrays.toString(pictures).replaceAll("[\\[\\],]", ""));
            }
        }
    }

    private static void read(String url, AtomicLong count) {
        try (FFmpegFrameGrabber grabber = new FFmpegFrameGrabber(url)) {
            grabber.setOption("rtsp_transport", "tcp");
            grabber.start();
            while (grabber.grabImage() != null) {
                count.incrementAndGet();
            }
        } catch (FrameGrabber.Exception e) {
            System.err.println(url + ": " + e.getMessage());
        }
    }
}
