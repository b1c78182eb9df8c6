package io.kerbwatch.vision.frame;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kerbwatch.vision.scene.Luma;
import io.kerbwatch.vision.snapshot.Jpeg;
import io.kerbwatch.vision.stream.Codec;
import io.kerbwatch.vision.stream.KeyPacket;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Instant;
import java.util.Arrays;
import java.util.Random;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;

class KeyFrameDecoderTest {
    private static KeyPacket jpeg(int width, int height, int blue, int green, int red) {
        byte[] bgr = new byte[width * height * 3];
        for (int i = 0; i < bgr.length; i += 3) {
            bgr[i] = (byte) blue;
            bgr[i + 1] = (byte) green;
            bgr[i + 2] = (byte) red;
        }
        byte[] data = Jpeg.encode(new Picture(width, height, bgr), 95);
        return new KeyPacket(Codec.MJPEG, data, Instant.EPOCH, 1);
    }

    @Test
    void fitsAPictureIntoTheInputWithRedFirstAndGreyBars() {
        try (KeyFrameDecoder decoder = new KeyFrameDecoder();
                InputBuffer input = new InputBuffer(640, 384)) {
            decoder.decode(jpeg(1280, 720, 10, 60, 200));
            Letterbox box = decoder.letterbox(input);
            assertThat(box).isEqualTo(new Letterbox(1280, 720, 640, 384, 0, 12, 640, 360, 0.5));
            int middle = 200 * 640 + 320;
            int plane = 640 * 384;
            assertThat(input.bytes().get(middle) & 0xff).isBetween(196, 204);
            assertThat(input.bytes().get(plane + middle) & 0xff).isBetween(56, 64);
            assertThat(input.bytes().get(2 * plane + middle) & 0xff).isBetween(6, 14);
            assertThat(input.bytes().get(5 * 640 + 3)).isEqualTo(Letterbox.PADDING);
            assertThat(box.pictureX(320)).isEqualTo(640);
            assertThat(box.pictureY(12 + 180)).isEqualTo(360);
            assertThat(Luma.of(input, box).height()).isEqualTo(360);
        }
    }

    @Test
    void takesPicturesOfOnePixelAndOf8K() {
        try (KeyFrameDecoder decoder = new KeyFrameDecoder();
                InputBuffer input = new InputBuffer(640, 384)) {
            for (int[] size : new int[][] {{1, 1}, {7680, 4320}, {3, 900}, {16, 16}}) {
                decoder.decode(jpeg(size[0], size[1], 90, 120, 150));
                Letterbox box = decoder.letterbox(input);
                assertThat(decoder.width()).isEqualTo(size[0]);
                int i = (box.top() + box.height() / 2) * 640 + box.left() + box.width() / 2;
                assertThat(input.bytes().get(i) & 0xff)
                        .as("red of a picture of %d x %d", size[0], size[1])
                        .isBetween(144, 156);
                Picture picture = decoder.picture();
                assertThat(picture.bgr()[0] & 0xff).isBetween(82, 98);
            }
        }
    }

    @Test
    void aPictureOwesNothingToTheOneBefore() throws IOException {
        try (KeyFrameDecoder decoder = new KeyFrameDecoder()) {
            for (int grey : new int[] {200, 100, 30}) {
                BufferedImage image = new BufferedImage(40, 30, BufferedImage.TYPE_3BYTE_BGR);
                for (int i = 0; i < 40 * 30; i++) {
                    image.setRGB(i % 40, i / 40, grey << 16 | grey << 8 | grey);
                }
                ByteArrayOutputStream png = new ByteArrayOutputStream();
                assertThat(ImageIO.write(image, "png", png)).isTrue();
                decoder.decode(new KeyPacket(Codec.PNG, png.toByteArray(), Instant.EPOCH, 1));
                assertThat(decoder.picture().bgr()[600] & 0xff).isBetween(grey - 2, grey + 2);
            }
        }
    }

    @Test
    void rubbishIsToldAndTheNextPictureIsRight() {
        byte[] rubbish = new byte[5000];
        new Random(1).nextBytes(rubbish);
        try (KeyFrameDecoder decoder = new KeyFrameDecoder()) {
            for (Codec codec : Codec.values()) {
                assertThatThrownBy(() -> decoder.decode(new KeyPacket(codec, rubbish, Instant.EPOCH, 1)))
                        .as(codec.code())
                        .isInstanceOf(UndecodableException.class);
            }
            byte[] cut = jpeg(640, 480, 1, 2, 3).data();
            KeyPacket half = new KeyPacket(Codec.MJPEG, Arrays.copyOf(cut, 100), Instant.EPOCH, 1);
            assertThatThrownBy(() -> decoder.decode(half)).isInstanceOf(UndecodableException.class);
            decoder.decode(jpeg(64, 48, 1, 2, 3));
            assertThat(decoder.width()).isEqualTo(64);
        }
    }
}
