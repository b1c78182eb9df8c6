package io.kerbwatch.server.command;

import io.kerbwatch.vision.frame.Picture;
import io.kerbwatch.vision.snapshot.Jpeg;
import io.kerbwatch.vision.stream.Codec;
import io.kerbwatch.vision.stream.KeyPacket;
import io.kerbwatch.vision.watch.KeyPackets;
import io.kerbwatch.vision.watch.Replay;
import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Line2D;
import java.awt.geom.RoundRectangle2D;
import java.awt.image.BufferedImage;
import java.awt.image.DataBufferByte;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Random;

/**
 * A photograph as a fixed camera would show it for two minutes: a key frame every two seconds, light that comes and
 * goes, sensor noise that is never twice the same, and two people who walk by. Nothing is kept on disk.
 */
final class HeldPhotograph implements KeyPackets {
    /** Seconds that it is shown. */
    static final int SECONDS = 120;

    private static final Duration KEY_DISTANCE = Duration.ofSeconds(2);
    private static final int QUALITY = 80;
    private static final double NOISE = 2.5;
    private static final double WAVE = 0.06;
    /** When people enter, in seconds, and how long they need to cross. */
    private static final double[] ENTERS = {14, 71};

    private static final double CROSSES = 9;

    private final Picture photograph;
    private final Random random;
    private final double[] noise;
    private final Color[] clothes = new Color[ENTERS.length];
    private int next;

    HeldPhotograph(Picture photograph, long seed) {
        this.photograph = photograph;
        this.random = new Random(seed);
        this.noise = random.doubles(1 << 16, -1, 1)
                .map(r -> r * Math.sqrt(3) * NOISE)
                .toArray();
        for (int i = 0; i < clothes.length; i++) {
            clothes[i] = new Color(random.nextInt(40, 200), random.nextInt(40, 200), random.nextInt(40, 200));
        }
    }

    @Override
    public Optional<KeyPacket> from(Instant due) {
        Instant at = Replay.START.plus(KEY_DISTANCE.multipliedBy(next));
        while (at.isBefore(due)) {
            next++;
            at = at.plus(KEY_DISTANCE);
        }
        double seconds = Duration.between(Replay.START, at).toMillis() / 1000.0;
        if (seconds > SECONDS) {
            return Optional.empty();
        }
        next++;
        return Optional.of(new KeyPacket(Codec.MJPEG, Jpeg.encode(at(seconds), QUALITY), at, next));
    }

    private Picture at(double seconds) {
        BufferedImage image = new BufferedImage(photograph.width(), photograph.height(), BufferedImage.TYPE_3BYTE_BGR);
        byte[] bgr = ((DataBufferByte) image.getRaster().getDataBuffer()).getData();
        System.arraycopy(photograph.bgr(), 0, bgr, 0, bgr.length);
        Graphics2D g = image.createGraphics();
        g.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
        for (int i = 0; i < ENTERS.length; i++) {
            double way = (seconds - ENTERS[i]) / CROSSES;
            if (way >= 0 && way <= 1) {
                walk(g, i % 2 == 0 ? way : 1 - way, seconds, clothes[i]);
            }
        }
        g.dispose();
        double light = 1 + WAVE * Math.sin(2 * Math.PI * seconds / 60);
        int offset = 0;
        for (int k = 0; k < bgr.length; k++) {
            if (k % 997 == 0) {
                offset = random.nextInt(noise.length - 997);
            }
            double level = (bgr[k] & 0xff) * light + noise[offset + k % 997];
            bgr[k] = (byte) Math.max(0, Math.min(255, Math.round(level)));
        }
        return new Picture(photograph.width(), photograph.height(), bgr);
    }

    /** Someone at that share of the way across, seen from the side. */
    private void walk(Graphics2D g, double way, double seconds, Color coat) {
        double h = photograph.height() * 0.42;
        double x = (way * 1.2 - 0.1) * photograph.width();
        double foot = photograph.height() * 0.97;
        double stride = Math.sin(seconds * 5) * h * 0.12;
        g.setColor(coat.darker().darker());
        g.setStroke(new BasicStroke((float) (h * 0.075), BasicStroke.CAP_ROUND, BasicStroke.JOIN_ROUND));
        g.draw(new Line2D.Double(x, foot - h * 0.48, x + stride, foot));
        g.draw(new Line2D.Double(x, foot - h * 0.48, x - stride, foot));
        g.setColor(coat);
        g.fill(new RoundRectangle2D.Double(x - h * 0.11, foot - h * 0.84, h * 0.22, h * 0.4, h * 0.1, h * 0.1));
        g.setStroke(new BasicStroke((float) (h * 0.055), BasicStroke.CAP_ROUND, BasicStroke.JOIN_ROUND));
        g.draw(new Line2D.Double(x, foot - h * 0.78, x - stride * 0.8, foot - h * 0.5));
        g.setColor(new Color(196, 154, 124));
        g.fill(new Ellipse2D.Double(x - h * 0.06, foot - h, h * 0.12, h * 0.15));
    }
}
