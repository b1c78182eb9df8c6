package io.kerbwatch.server.account;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.kerbwatch.server.platform.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** An OpenID provider that does what is right until a test says otherwise. Whoever comes is let in by it. */
final class FakeProvider implements AutoCloseable {
    static final String CLIENT = "kerbwatch";
    static final String SECRET = "a secret: with %";

    /** A key that signs. */
    record Key(String id, KeyPair pair) {
        boolean rsa() {
            return pair.getPublic() instanceof RSAPublicKey;
        }

        ObjectNode shown() {
            ObjectNode jwk = object().put("kid", id).put("use", "sig");
            if (pair.getPublic() instanceof RSAPublicKey rsa) {
                return jwk.put("kty", "RSA")
                        .put("alg", "RS256")
                        .put("n", number(rsa.getModulus(), 256))
                        .put("e", number(rsa.getPublicExponent(), 3));
            }
            ECPublicKey ec = (ECPublicKey) pair.getPublic();
            return jwk.put("kty", "EC")
                    .put("crv", "P-256")
                    .put("x", number(ec.getW().getAffineX(), 32))
                    .put("y", number(ec.getW().getAffineY(), 32));
        }
    }

    /** Of a request to the token endpoint. */
    record Redeemed(Map<String, String> form, String authorization) {}

    final List<Redeemed> redeemed = new CopyOnWriteArrayList<>();
    final Map<String, Integer> asked = new ConcurrentHashMap<>();
    final ObjectNode person = object();
    final ArrayNode keys = object().putArray("keys");
    final ObjectNode document = object();
    Key key = rsa("first");
    /** Changes what an ID token says. */
    Consumer<ObjectNode> claims = token -> {};
    /** Changes the token itself. */
    UnaryOperator<String> token = UnaryOperator.identity();
    /** What the userinfo endpoint says. */
    ObjectNode info = object();
    /** Does something else than answering; true if it did. */
    Misbehaviour misbehaviour = (path, exchange) -> false;

    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final InstantSource clock;
    private final Map<String, Map<String, String>> codes = new ConcurrentHashMap<>();
    private int number;

    interface Misbehaviour {
        boolean done(String path, HttpExchange exchange) throws IOException, InterruptedException;
    }

    FakeProvider(InstantSource clock) {
        this(clock, 0);
    }

    FakeProvider(InstantSource clock, int port) {
        this.clock = clock;
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.setExecutor(threads);
        server.createContext("/", this::handle);
        server.start();
        document.put("issuer", issuer())
                .put("authorization_endpoint", issuer() + "/authorize?tenant=1")
                .put("token_endpoint", issuer() + "/token")
                .put("userinfo_endpoint", issuer() + "/userinfo")
                .put("jwks_uri", issuer() + "/keys");
        person.put("sub", "248289761001").put("preferred_username", "li.na").put("name", "李娜");
        groups("kw-operators");
        keys.add(key.shown());
    }

    String issuer() {
        return "http://127.0.0.1:" + port() + "/realm";
    }

    int port() {
        return server.getAddress().getPort();
    }

    void groups(String... names) {
        ArrayNode list = person.putArray("groups");
        Arrays.stream(names).forEach(list::add);
    }

    /** Lets somebody in who was sent there, and answers the code that their browser comes back with. */
    String code(String authorizeUrl) {
        String code = "code-" + number++;
        codes.put(code, fields(URI.create(authorizeUrl).getRawQuery()));
        return code;
    }

    static Map<String, String> fields(String query) {
        Map<String, String> fields = new LinkedHashMap<>();
        for (String pair : query.split("&", -1)) {
            String[] both = pair.split("=", 2);
            fields.put(both[0], URLDecoder.decode(both[1], StandardCharsets.UTF_8));
        }
        return fields;
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }

    private void handle(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().getPath().replaceFirst("^/realm", "");
        asked.merge(path, 1, Integer::sum);
        try (exchange) {
            if (misbehaviour.done(path, exchange)) {
                return;
            }
            switch (path) {
                case "/.well-known/openid-configuration" -> send(exchange, 200, document);
                case "/keys" -> send(exchange, 200, object().set("keys", keys));
                case "/userinfo" -> send(exchange, 200, info);
                case "/token" -> send(exchange, token(exchange));
                default -> send(exchange, 404, object());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private JsonNode token(HttpExchange exchange) throws IOException {
        Map<String, String> form = fields(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
        redeemed.add(
                new Redeemed(form, String.valueOf(exchange.getRequestHeaders().getFirst("Authorization"))));
        Map<String, String> asked = codes.remove(form.getOrDefault("code", ""));
        String challenge = encoded(Secrets.hash(form.getOrDefault("code_verifier", "")));
        if (asked == null
                || !challenge.equals(asked.get("code_challenge"))
                || !asked.getOrDefault("redirect_uri", "").equals(form.get("redirect_uri"))) {
            return object().put("error", "invalid_grant");
        }
        ObjectNode claims = person.deepCopy();
        long now = clock.instant().getEpochSecond();
        claims.put("iss", issuer())
                .put("aud", CLIENT)
                .put("iat", now)
                .put("exp", now + 300)
                .put("nonce", asked.get("nonce"));
        this.claims.accept(claims);
        return object().put("access_token", "opaque")
                .put("token_type", "Bearer")
                .put("expires_in", 300)
                .put("id_token", token.apply(signed(claims)));
    }

    String signed(ObjectNode claims) {
        String alg = key.rsa() ? "RS256" : "ES256";
        String text = part(object().put("alg", alg).put("kid", key.id())) + "." + part(claims);
        try {
            Signature signature = Signature.getInstance(key.rsa() ? "SHA256withRSA" : "SHA256withECDSAinP1363Format");
            signature.initSign(key.pair().getPrivate());
            signature.update(text.getBytes(StandardCharsets.UTF_8));
            return text + "." + encoded(signature.sign());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The same claims without a signature. */
    static String unsigned(String token, boolean lastDot) {
        return part(object().put("alg", "none")) + "." + token.split("\\.", -1)[1] + (lastDot ? "." : "");
    }

    /** The same claims, signed by a secret that everybody has. */
    static String shared(String token, String kid, byte[] secret) {
        String text = part(object().put("alg", "HS256").put("kid", kid)) + "." + token.split("\\.", -1)[1];
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(secret, "HmacSHA256"));
            return text + "." + encoded(mac.doFinal(text.getBytes(StandardCharsets.UTF_8)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    static Key rsa(String id) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
            generator.initialize(2048);
            return new Key(id, generator.generateKeyPair());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    static Key ec(String id) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"));
            return new Key(id, generator.generateKeyPair());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    static ObjectNode object() {
        return (ObjectNode) Json.tree("{}");
    }

    static String encoded(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    private static String part(ObjectNode json) {
        return encoded(json.toString().getBytes(StandardCharsets.UTF_8));
    }

    private static String number(BigInteger number, int bytes) {
        byte[] shortest = number.toByteArray();
        byte[] padded = new byte[bytes];
        int length = Math.min(shortest.length, bytes);
        System.arraycopy(shortest, shortest.length - length, padded, bytes - length, length);
        return encoded(padded);
    }

    private static void send(HttpExchange exchange, JsonNode answer) throws IOException {
        send(exchange, answer.has("error") ? 400 : 200, answer);
    }

    static void send(HttpExchange exchange, int status, JsonNode answer) throws IOException {
        byte[] body = answer.toString().getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("content-type", "application/json");
        exchange.sendResponseHeaders(status, body.length);
        exchange.getResponseBody().write(body);
    }
}
