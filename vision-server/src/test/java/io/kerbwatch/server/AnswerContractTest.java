package io.kerbwatch.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** The check that every test of the server relies on does see an answer that breaks the contract. */
class AnswerContractTest {
    private static final String SITE = """
            {"id":"0199a0a0-0000-7000-8000-000000000001","name":"north gate","kind":"refuse-station","village":"","latitude":null,
            "longitude":null,"timeZone":"Asia/Shanghai","dispatchMode":"crews","dispatchEndpoint":null,"version":1,
            "createdAt":"2026-11-23T02:00:00Z"}""";
    private static final String PROBLEM = """
            {"type":"urn:kerbwatch:problem:not-found","title":"not found","status":404,"detail":"there is none"}""";

    @Test
    void whatKeepsToItPasses() {
        assertThat(site(200, SITE)).isEmpty();
        assertThat(json("GET", "/api/v1/sites?limit=3", 200, "{\"items\":[" + SITE + "]}"))
                .isEmpty();
        assertThat(breaches("GET", "/api/v1/sites/7", 404, "application/problem+json", PROBLEM))
                .isEmpty();
        assertThat(breaches("DELETE", "/api/v1/sites/7", 204, "", "")).isEmpty();
    }

    @Test
    void aFieldTooManyTooFewOrOfAnotherTypeIsSeen() {
        assertThat(site(200, SITE.replace("\"version\":1,", ""))).anyMatch(e -> e.contains("version"));
        assertThat(site(200, SITE.replace("\"version\":1", "\"version\":\"1\"")))
                .isNotEmpty();
        assertThat(site(200, SITE.replace("\"version\":1", "\"version\":1,\"colour\":\"red\"")))
                .isNotEmpty();
        assertThat(site(200, SITE.replace("\"latitude\":null", "\"latitude\":\"north\"")))
                .isNotEmpty();
        assertThat(json("GET", "/api/v1/sites", 200, "{\"items\":[" + SITE.replace("\"crews\"", "7") + "]}"))
                .as("inside a list")
                .isNotEmpty();
    }

    @Test
    void aFormatThatIsNotKeptIsSeen() {
        assertThat(site(200, SITE.replace("0199a0a0-0000", "north"))).isNotEmpty();
        assertThat(site(200, SITE.replace("2026-11-23T02:00:00Z", "yesterday"))).isNotEmpty();
    }

    @Test
    void aStatusATypeOrABodyThatIsNotInItIsSeen() {
        assertThat(site(202, SITE)).containsExactly("the status 202 is not in the contract");
        assertThat(breaches("GET", "/api/v1/sites/7", 200, "text/html", SITE))
                .containsExactly("the type of content 'text/html' is not in the contract");
        assertThat(breaches("GET", "/api/v1/sites/7", 404, "application/json", PROBLEM))
                .isNotEmpty();
        assertThat(breaches("DELETE", "/api/v1/sites/7", 204, "application/json", "{}"))
                .containsExactly("the contract knows no body here");
        assertThat(breaches("GET", "/nowhere", 404, "application/problem+json", "{\"title\":\"half\"}"))
                .isNotEmpty();
    }

    private static List<String> site(int status, String body) {
        return json("GET", "/api/v1/sites/0199a0a0-0000-7000-8000-000000000001", status, body);
    }

    private static List<String> json(String method, String path, int status, String body) {
        return breaches(method, path, status, "application/json", body);
    }

    private static List<String> breaches(String method, String path, int status, String contentType, String body) {
        return AnswerContract.shipped().breaches(method, path, status, contentType, body);
    }
}
