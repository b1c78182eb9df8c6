package io.kerbwatch.vision.snapshot;

import io.kerbwatch.vision.detect.Detection;
import io.kerbwatch.vision.detect.Label;
import io.kerbwatch.vision.frame.Picture;
import io.kerbwatch.vision.judge.Zone;
import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.FontFormatException;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.font.FontRenderContext;
import java.awt.font.LineMetrics;
import java.awt.geom.Path2D;
import java.awt.geom.Rectangle2D;
import java.awt.image.BufferedImage;
import java.awt.image.DataBufferByte;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;

/**
 * Draws on a picture what was seen in it: boxes with labels in Chinese and English and scores, zones, camera, time,
 * state. Lines and letters grow with the picture. By Java2D, since OpenCV's letters know no Chinese. Thread-safe.
 */
public final class Annotator {
    private static final String FONT = "NotoSansSC-Regular.ttf";
    private static final int QUALITY = 85;
    private static final Color DARK = new Color(12, 16, 22, 205);

    private final Font font;

    /** Loads the font that comes with the product, so that the machine needs none. */
    public Annotator() {
        try (InputStream in = Annotator.class.getResourceAsStream(FONT)) {
            if (in == null) {
                throw new IOException(FONT + " is missing from the jar");
            }
            font = Font.createFont(Font.TRUETYPE_FONT, in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (FontFormatException e) {
            throw new IllegalStateException(FONT + " is damaged", e);
        }
    }

    /**
     * What is written beside the boxes.
     *
     * @param camera name
     * @param state a few words, may be empty
     * @param zone of the place, for its local time
     */
    public record Caption(String camera, String state, Instant takenAt, ZoneId zone) {}

    /**
     * A line that people cross, in fractions of the picture.
     *
     * @param insideLeft whether inside is to the left of who looks from the first end to the second
     */
    public record Line(double fromX, double fromY, double toX, double toY, boolean insideLeft) {}

    /** Draws a line with an arrow to its inner side on a picture, and a caption. */
    public Picture annotate(Picture picture, Line line, Caption caption) {
        return drawn(picture, drawing -> drawing.draw(line, caption));
    }

    /** Annotates a JPEG; detections in its pixels. */
    public byte[] annotate(byte[] jpeg, List<Detection> detections, List<Zone> zones, Caption caption) {
        return Jpeg.encode(annotate(Jpeg.decode(jpeg), detections, zones, caption), QUALITY);
    }

    /** Annotates a picture; detections in its pixels. */
    public Picture annotate(Picture picture, List<Detection> detections, List<Zone> zones, Caption caption) {
        return drawn(picture, drawing -> drawing.draw(detections, zones, caption));
    }

    private Picture drawn(Picture picture, Consumer<Drawing> hand) {
        BufferedImage image = new BufferedImage(picture.width(), picture.height(), BufferedImage.TYPE_3BYTE_BGR);
        byte[] pixels = ((DataBufferByte) image.getRaster().getDataBuffer()).getData();
        System.arraycopy(picture.bgr(), 0, pixels, 0, pixels.length);
        Graphics2D g = image.createGraphics();
        try {
            g.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
            g.setRenderingHint(RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
            hand.accept(new Drawing(g, picture.width(), picture.height()));
        } finally {
            g.dispose();
        }
        return new Picture(picture.width(), picture.height(), pixels);
    }

    /** Name of a label in both languages. */
    static String name(Label label) {
        return switch (label) {
            case BIN -> "垃圾桶 bin";
            case OVERFLOW -> "垃圾满溢 overflow";
            case LITTER -> "暴露垃圾 litter";
        };
    }

    private static Color colour(Label label) {
        return switch (label) {
            case BIN -> new Color(0x2f, 0x9e, 0x6e);
            case OVERFLOW -> new Color(0xe5, 0x3e, 0x3e);
            case LITTER -> new Color(0xe0, 0x8a, 0x0b);
        };
    }

    /** One picture being drawn on. */
    private final class Drawing {
        private final Graphics2D g;
        private final int width;
        private final int height;
        private final float unit;
        private final Font small;
        private final List<Rectangle2D> taken = new ArrayList<>();

        Drawing(Graphics2D g, int width, int height) {
            this.g = g;
            this.width = width;
            this.height = height;
            // Letters of a 28th of the shorter side: 13 pixels at 640 x 360, 77 at 4K.
            float side = Math.min(height, width * 9f / 16);
            this.unit = Math.max(1f, side / 360f);
            this.small = font.deriveFont(Math.max(11f, side / 28f));
        }

        void draw(List<Detection> detections, List<Zone> zones, Caption caption) {
            zones.stream().filter(z -> !covers(z)).forEach(this::zone);
            caption(caption);
            // Bins first, so that what matters lies on top; letters last, so that no line crosses them.
            List<Detection> order = detections.stream()
                    .sorted(Comparator.comparing(Detection::label).thenComparing(Detection::score))
                    .toList();
            order.forEach(this::box);
            for (int i = order.size() - 1; i >= 0; i--) {
                label(order.get(i));
            }
        }

        void draw(Line line, Caption caption) {
            Path2D path = new Path2D.Double();
            double fromX = line.fromX() * width;
            double fromY = line.fromY() * height;
            double dx = line.toX() * width - fromX;
            double dy = line.toY() * height - fromY;
            path.moveTo(fromX, fromY);
            path.lineTo(fromX + dx, fromY + dy);
            // A quarter of the picture's height long, square to the line; y points down, so left is (dy, -dx).
            double side = (line.insideLeft() ? 1 : -1) * 0.25 * height / Math.hypot(dx, dy);
            double startX = fromX + dx / 2;
            double startY = fromY + dy / 2;
            double endX = startX + side * dy;
            double endY = startY - side * dx;
            path.moveTo(startX, startY);
            path.lineTo(endX, endY);
            double back = 0.3;
            path.moveTo(
                    endX - back * (endX - startX) + 0.5 * back * (endY - startY),
                    endY - back * (endY - startY) - 0.5 * back * (endX - startX));
            path.lineTo(endX, endY);
            path.lineTo(
                    endX - back * (endX - startX) - 0.5 * back * (endY - startY),
                    endY - back * (endY - startY) + 0.5 * back * (endX - startX));
            g.setColor(new Color(0, 0, 0, 150));
            g.setStroke(new BasicStroke(4.4f * unit, BasicStroke.CAP_ROUND, BasicStroke.JOIN_ROUND));
            g.draw(path);
            g.setColor(new Color(0xff, 0xd6, 0x66));
            g.setStroke(new BasicStroke(2.2f * unit, BasicStroke.CAP_ROUND, BasicStroke.JOIN_ROUND));
            g.draw(path);
            caption(caption);
            text("内 in", endX, endY, DARK, true);
        }

        private boolean covers(Zone zone) {
            return zone.polygon().stream().allMatch(p -> (p.x() == 0 || p.x() == 1) && (p.y() == 0 || p.y() == 1));
        }

        private void zone(Zone zone) {
            Path2D outline = new Path2D.Double();
            for (int i = 0; i < zone.polygon().size(); i++) {
                double x = zone.polygon().get(i).x() * width;
                double y = zone.polygon().get(i).y() * height;
                if (i == 0) {
                    outline.moveTo(x, y);
                } else {
                    outline.lineTo(x, y);
                }
            }
            outline.closePath();
            float[] dashes = {6 * unit, 4 * unit};
            g.setColor(new Color(0, 0, 0, 130));
            g.setStroke(new BasicStroke(2.6f * unit, BasicStroke.CAP_BUTT, BasicStroke.JOIN_ROUND, 1, dashes, 0));
            g.draw(outline);
            g.setColor(zone.ignored() ? new Color(170, 170, 170) : Color.WHITE);
            g.setStroke(new BasicStroke(1.3f * unit, BasicStroke.CAP_BUTT, BasicStroke.JOIN_ROUND, 1, dashes, 0));
            g.draw(outline);
            Rectangle2D bounds = outline.getBounds2D();
            text(zone.name(), bounds.getMinX() + 3 * unit, bounds.getMaxY() - 3 * unit, DARK, true);
        }

        private void box(Detection d) {
            Rectangle2D r = new Rectangle2D.Double(
                    d.box().x(), d.box().y(), d.box().width(), d.box().height());
            float line = d.label() == Label.BIN ? 1.4f : 2.2f;
            g.setColor(new Color(0, 0, 0, 120));
            g.setStroke(new BasicStroke((line + 1.4f) * unit));
            g.draw(r);
            g.setColor(colour(d.label()));
            g.setStroke(new BasicStroke(line * unit));
            g.draw(r);
        }

        private void label(Detection d) {
            String words = name(d.label()) + String.format(Locale.ROOT, " %.2f", d.score());
            text(words, d.box().x(), d.box().y() - unit, colour(d.label()), true);
        }

        private void caption(Caption caption) {
            String time = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss", Locale.ROOT)
                    .format(caption.takenAt().atZone(caption.zone()));
            String left = caption.camera() + (caption.state().isEmpty() ? "" : "  ·  " + caption.state());
            text(left, 0, size(left).getHeight(), DARK, false);
            text(time, width - size(time).getWidth(), size(time).getHeight(), DARK, false);
        }

        private Rectangle2D size(String words) {
            FontRenderContext context = g.getFontRenderContext();
            LineMetrics metrics = small.getLineMetrics(words, context);
            double w = small.getStringBounds(words, context).getWidth() + 8 * unit;
            return new Rectangle2D.Double(0, 0, w, metrics.getAscent() + metrics.getDescent() + 2 * unit);
        }

        /** Writes on a filled ground whose lower left corner is wanted there; moves it where it is free and inside. */
        private void text(String words, double left, double bottom, Color ground, boolean movable) {
            Rectangle2D size = size(words);
            double x = Math.max(0, Math.min(left, width - size.getWidth()));
            double y = Math.max(0, Math.min(bottom - size.getHeight(), height - size.getHeight()));
            Rectangle2D place = new Rectangle2D.Double(x, y, size.getWidth(), size.getHeight());
            for (int i = 0; movable && i < 12 && hits(place); i++) {
                double lower = place.getY() + size.getHeight() + unit;
                place.setRect(x, lower + size.getHeight() <= height ? lower : y, size.getWidth(), size.getHeight());
            }
            taken.add(place);
            g.setColor(ground);
            g.fill(place);
            g.setColor(Color.WHITE);
            g.setFont(small);
            float ascent = small.getLineMetrics(words, g.getFontRenderContext()).getAscent();
            g.drawString(words, (float) place.getX() + 4 * unit, (float) place.getY() + ascent + unit);
        }

        private boolean hits(Rectangle2D place) {
            return taken.stream().anyMatch(t -> t.intersects(place));
        }
    }
}
