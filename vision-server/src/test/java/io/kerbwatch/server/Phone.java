package io.kerbwatch.server;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.UUID;

/** The phone of a crew member: signed in by a link, known by a cookie, as a browser is. */
public final class Phone {
    private static final HttpClient CLIENT = HttpClient.newHttpClient();

    private final Api api;
    private final String[] cookie;

    private Phone(String base, String cookie) {
        this.api = new Api(base, "");
        this.cookie = new String[] {"cookie", cookie, "origin", base};
    }

    /** Signs in, as opening the link does. */
    public static Phone signIn(String link) {
        HttpResponse<Void> answer = open(link);
        if (answer.statusCode() != 303
                || !answer.headers().firstValue("location").orElse("").equals("/crew/")) {
            throw new AssertionError("the link leads to " + answer.statusCode() + " " + answer.headers());
        }
        String cookie = answer.headers().firstValue("set-cookie").orElseThrow();
        URI uri = URI.create(link);
        return new Phone(uri.getScheme() + "://" + uri.getAuthority(), cookie.substring(0, cookie.indexOf(';')));
    }

    /** What opening a link answers. */
    public static int status(String link) {
        return open(link).statusCode();
    }

    /** What it sends with every request. */
    List<String> headers() {
        return List.of(cookie[0] + ": " + cookie[1], cookie[2] + ": " + cookie[3]);
    }

    public Api.Answer get(String path) {
        return api.get(path, cookie);
    }

    public Api.Answer post(String path, String body, String... headers) {
        String[] all = new String[cookie.length + headers.length];
        System.arraycopy(cookie, 0, all, 0, cookie.length);
        System.arraycopy(headers, 0, all, cookie.length, headers.length);
        return api.post(path, body, all);
    }

    public Api.Answer move(UUID order, String event) {
        return post("/api/v1/orders/" + order + "/events", "{\"event\":\"" + event + "\"}");
    }

    public void here(double latitude, double longitude) {
        post("/api/v1/crew/position", "{\"latitude\":" + latitude + ",\"longitude\":" + longitude + "}")
                .expect(204);
    }

    private static HttpResponse<Void> open(String link) {
        try {
            return CLIENT.send(
                    HttpRequest.newBuilder(URI.create(link)).build(), HttpResponse.BodyHandlers.discarding());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
