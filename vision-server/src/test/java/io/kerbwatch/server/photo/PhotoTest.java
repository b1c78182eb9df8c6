package io.kerbwatch.server.photo;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.kerbwatch.server.Api;
import io.kerbwatch.server.Phone;
import io.kerbwatch.server.TestServer;
import io.kerbwatch.vision.judge.Finding;
import io.kerbwatch.vision.judge.Kind;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Objects;
import java.util.Random;
import java.util.UUID;
import javax.imageio.ImageIO;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PhotoTest {
    private final TestServer kerbwatch = TestServer.start();
    private UUID order = new UUID(0, 0);
    private UUID li = new UUID(0, 0);

    @BeforeEach
    void begin() {
        UUID site = TestServer.id(kerbwatch
                .api
                .post("/api/v1/sites", "{\"name\":\"station\",\"latitude\":22.5,\"longitude\":114.0}")
                .expect(201));
        li = TestServer.id(
                kerbwatch.api.post("/api/v1/crews", "{\"name\":\"Li\"}").expect(201));
        kerbwatch.tell(kerbwatch.camera(site, "10.0.0.8"), Kind.OVERFLOW, Finding.Type.CONFIRMED);
        order = TestServer.id(kerbwatch.orders().get(0));
    }

    @AfterEach
    void end() {
        kerbwatch.close();
    }

    @Test
    void aPhotoIsKeptEncodedAnewAndSaysWhatFits() {
        JsonNode photo = phone(li)
                .post(path(), body(scene(1), at(0), 22.5003, 114.0), "idempotency-key", "p1")
                .expect(201);
        assertThat(photo.get("findings")).isEmpty();
        assertThat(photo.get("meters").asDouble()).isBetween(33.0, 34.0);

        Api.Answer picture =
                kerbwatch.api.get("/api/v1/photos/" + photo.get("id").asText());
        assertThat(picture.status()).isEqualTo(200);
        assertThat(picture.text()).doesNotContain("Exif").doesNotContain("secret of the phone");
        JsonNode shown = kerbwatch.order(order);
        assertThat(shown.get("photos")).hasSize(1);
        assertThat(shown.get("history").findValuesAsText("event")).contains("photo");

        phone(li)
                .post(path(), body(scene(1), at(0), 22.5003, 114.0), "idempotency-key", "p1")
                .expect(201);
        assertThat(kerbwatch.order(order).get("photos")).hasSize(1);
    }

    @Test
    void whatDoesNotFitIsSaid() {
        Phone phone = phone(li);
        assertThat(texts(phone.post(path(), body(scene(1), at(0), 22.6, 114.0)).expect(201)))
                .isEqualTo("[\"far\"]");
        assertThat(texts(phone.post(path(), body(scene(2), at(-3600), null, null))
                        .expect(201)))
                .isEqualTo("[\"no-position\",\"taken-before\"]");
        assertThat(texts(phone.post(path(), body(scene(3), at(3600), 22.5, 114.0))
                        .expect(201)))
                .isEqualTo("[\"taken-later\"]");
    }

    @Test
    void aPhotoThatWasSentBeforeIsKnownAgainSmallerBrighterAndWorse() {
        Phone phone = phone(li);
        JsonNode first = phone.post(path(), body(scene(5), at(0), 22.5, 114.0)).expect(201);
        JsonNode again = phone.post(path(), body(brighterAndSmaller(scene(5)), at(10), 22.5, 114.0))
                .expect(201);
        assertThat(texts(again)).isEqualTo("[\"seen-before\"]");
        assertThat(again.get("sameAs").asText()).isEqualTo(first.get("id").asText());
        assertThat(texts(phone.post(path(), body(scene(6), at(20), 22.5, 114.0)).expect(201)))
                .isEqualTo("[]");
    }

    @Test
    void picturesOfDifferentPlacesDifferInManyBits() {
        int closest = 64;
        for (int a = 0; a < 60; a++) {
            for (int b = a + 1; b < 60; b++) {
                closest = Math.min(closest, Long.bitCount(PerceptualHash.of(scene(a)) ^ PerceptualHash.of(scene(b))));
            }
        }
        assertThat(closest).isGreaterThan(Photos.SAME_WITHIN_BITS);
    }

    @Test
    void whatIsNoPhotoOrNotTheirsIsRefused() {
        Phone phone = phone(li);
        String noPicture = Base64.getEncoder().encodeToString("no picture at all".getBytes(StandardCharsets.UTF_8));
        assertThat(phone.post(path(), "{\"jpeg\":\"" + noPicture + "\",\"takenAt\":\"" + at(0) + "\"}")
                        .expect(400)
                        .toString())
                .contains("no JPEG");
        assertThat(phone.post(path(), "{\"jpeg\":\"*****\",\"takenAt\":\"" + at(0) + "\"}")
                        .status())
                .isEqualTo(400);
        UUID wang = TestServer.id(
                kerbwatch.api.post("/api/v1/crews", "{\"name\":\"Wang\"}").expect(201));
        assertThat(phone(wang).post(path(), body(scene(1), at(0), 22.5, 114.0)).problem(409))
                .isEqualTo("not-the-receiver");
        kerbwatch
                .api
                .post("/api/v1/orders/" + order + "/events", "{\"event\":\"cancel\",\"reason\":\"test\"}")
                .expect(200);
        assertThat(phone.post(path(), body(scene(1), at(0), 22.5, 114.0)).problem(409))
                .isEqualTo("order-ended");
        assertThat(kerbwatch.order(order).get("photos")).isEmpty();
    }

    @Test
    void anEnormousPictureIsRefusedBeforeItIsUnpacked() {
        byte[] jpeg = jpeg(scene(1));
        for (int i = 0; i + 9 < jpeg.length; i++) {
            if ((jpeg[i] & 0xff) == 0xff && (jpeg[i + 1] & 0xff) == 0xc0) { // start of frame: height, width
                jpeg[i + 5] = jpeg[i + 6] = jpeg[i + 7] = jpeg[i + 8] = (byte) 0xfe;
            }
        }
        String body = "{\"jpeg\":\"" + Base64.getEncoder().encodeToString(jpeg) + "\",\"takenAt\":\"" + at(0) + "\"}";
        assertThat(phone(li).post(path(), body).expect(400).toString()).contains("make it smaller");
    }

    private String path() {
        return "/api/v1/orders/" + order + "/photos";
    }

    private String at(long seconds) {
        return kerbwatch.clock.instant().plusSeconds(seconds).toString();
    }

    private Phone phone(UUID member) {
        return Phone.signIn(kerbwatch
                .api
                .post("/api/v1/crews/" + member + "/link", "")
                .expect(201)
                .get("url")
                .asText());
    }

    private static String texts(JsonNode photo) {
        return photo.get("findings").toString();
    }

    private static String body(
            BufferedImage picture, String at, @Nullable Double latitude, @Nullable Double longitude) {
        return "{\"jpeg\":\"" + Base64.getEncoder().encodeToString(withComment(jpeg(picture))) + "\",\"takenAt\":\""
                + at + "\",\"latitude\":" + latitude + ",\"longitude\":" + longitude + "}";
    }

    /** Puts in what a phone writes beside the picture. */
    private static byte[] withComment(byte[] jpeg) {
        byte[] words = "Exif: secret of the phone".getBytes(StandardCharsets.UTF_8);
        byte[] out = new byte[jpeg.length + words.length + 4];
        out[0] = jpeg[0];
        out[1] = jpeg[1];
        out[2] = (byte) 0xff;
        out[3] = (byte) 0xfe;
        out[4] = 0;
        out[5] = (byte) (words.length + 2);
        System.arraycopy(words, 0, out, 6, words.length);
        System.arraycopy(jpeg, 2, out, 6 + words.length, jpeg.length - 2);
        return out;
    }

    private static byte[] jpeg(BufferedImage picture) {
        try {
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            ImageIO.write(picture, "jpg", out);
            return out.toByteArray();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static BufferedImage brighterAndSmaller(BufferedImage picture) {
        BufferedImage out = new BufferedImage(500, 375, BufferedImage.TYPE_INT_RGB);
        Graphics2D graphics = out.createGraphics();
        graphics.setRenderingHint(RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BILINEAR);
        graphics.drawImage(picture, 0, 0, 500, 375, null);
        graphics.setColor(new Color(255, 255, 255, 40));
        graphics.fillRect(0, 0, 500, 375);
        graphics.dispose();
        try {
            return Objects.requireNonNull(ImageIO.read(new ByteArrayInputStream(jpeg(out))));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A picture with things in it, of a seed. */
    private static BufferedImage scene(int seed) {
        Random random = new Random(seed);
        BufferedImage out = new BufferedImage(800, 600, BufferedImage.TYPE_INT_RGB);
        Graphics2D graphics = out.createGraphics();
        for (int i = 0; i < 40; i++) {
            graphics.setColor(new Color(random.nextInt(256), random.nextInt(256), random.nextInt(256)));
            graphics.fillRect(
                    random.nextInt(800), random.nextInt(600), 50 + random.nextInt(250), 50 + random.nextInt(250));
        }
        graphics.dispose();
        return out;
    }
}
