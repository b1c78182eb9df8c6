package io.kerbwatch.server.flow;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.zxing.common.BitMatrix;
import com.google.zxing.qrcode.decoder.Decoder;
import io.kerbwatch.server.Api;
import io.kerbwatch.server.TestServer;
import java.nio.charset.StandardCharsets;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class DoorSignTest {
    private static final int MARGIN = 4;

    @Test
    void whatIsPrintedLeadsAPhoneToTheDoor() throws Exception {
        try (TestServer kerbwatch = TestServer.start()) {
            UUID toilet = TestServer.id(kerbwatch
                    .api
                    .post("/api/v1/sites", "{\"name\":\"t\",\"kind\":\"public-toilet\"}")
                    .expect(201));
            String path = kerbwatch
                    .api
                    .get("/api/v1/sites/" + toilet + "/door")
                    .expect(200)
                    .get("path")
                    .asText();
            Api.Answer picture = kerbwatch.api.get("/api/v1/sites/" + toilet + "/door/picture");
            assertThat(picture.status()).isEqualTo(200);
            assertThat(picture.header("content-type")).startsWith("image/svg+xml");
            assertThat(read(picture.text())).isEqualTo(kerbwatch.server.url() + path);
            kerbwatch
                    .as("viewer", null)
                    .get("/api/v1/sites/" + toilet + "/door/picture")
                    .expect(403);
            kerbwatch
                    .api
                    .get("/api/v1/sites/" + kerbwatch.site("station") + "/door/picture")
                    .expect(409);
        }
    }

    @Test
    void aTornCodeStillReads() throws Exception {
        String svg = new String(DoorSign.svg("http://a.example/crew#door=1.2"), StandardCharsets.UTF_8);
        // A strip of three rows in the lower half is white.
        String torn = svg.replaceAll("M\\d+ (2[2-4])h1v1h-1z", "");
        assertThat(torn).isNotEqualTo(svg);
        assertThat(read(torn)).isEqualTo("http://a.example/crew#door=1.2");
    }

    private static String read(String svg) throws Exception {
        Matcher size = Pattern.compile("viewBox=\"0 0 (\\d+)").matcher(svg);
        assertThat(size.find()).isTrue();
        int side = Integer.parseInt(size.group(1)) - 2 * MARGIN;
        BitMatrix dots = new BitMatrix(side);
        Matcher dot = Pattern.compile("M(\\d+) (\\d+)h1").matcher(svg);
        while (dot.find()) {
            dots.set(Integer.parseInt(dot.group(1)) - MARGIN, Integer.parseInt(dot.group(2)) - MARGIN);
        }
        return new Decoder().decode(dots).getText();
    }
}
