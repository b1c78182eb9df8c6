package io.kerbwatch.server.account;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kerbwatch.server.platform.Json;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.auth.JWTOptions;
import io.vertx.ext.auth.NoSuchKeyIdException;
import io.vertx.ext.auth.User;
import io.vertx.ext.auth.authentication.TokenCredentials;
import io.vertx.ext.auth.oauth2.OAuth2Auth;
import io.vertx.ext.auth.oauth2.OAuth2AuthorizationURL;
import io.vertx.ext.auth.oauth2.OAuth2Options;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The provider, as its discovery document describes it: where people are sent, where codes are redeemed, and by which
 * keys its tokens are known. It is asked when somebody needs it, not when the server starts. Blocks.
 */
final class OidcProvider {
    private static final Duration KNOWN_FOR = Duration.ofHours(1);
    /** Vert.x compares times to the clock of the machine; {@link IdToken} does it by the clock that was handed in. */
    private static final int ANY_TIME = Integer.MAX_VALUE;

    private final Vertx vertx;
    private final OidcSettings settings;
    private final InstantSource clock;
    private final OidcHttp http;
    private @Nullable Known known;
    private volatile boolean reachable = true;

    OidcProvider(Vertx vertx, OidcSettings settings, InstantSource clock) {
        this.vertx = vertx;
        this.settings = settings;
        this.clock = clock;
        this.http = new OidcHttp(settings.timeout());
    }

    /** @param keys checks tokens by the keys of then */
    private record Known(JsonNode document, OAuth2Auth keys, Instant at) {
        URI endpoint(String name) {
            return URI.create(document.path(name).asText());
        }

        boolean has(String name) {
            return !document.path(name).asText("").isEmpty();
        }
    }

    /** Whether it answered when it was asked last. */
    boolean reachable() {
        return reachable;
    }

    /** Asks who it is, if that is not known. */
    void look() throws OidcRefusal {
        known();
    }

    /** Where a browser is sent. */
    String authorizeUrl(OidcAttempt attempt, String redirectUri) throws OidcRefusal {
        Known now = known();
        String endpoint = now.endpoint("authorization_endpoint").toString();
        String url = now.keys()
                .authorizeURL(new OAuth2AuthorizationURL()
                        .setRedirectUri(redirectUri)
                        .setScopes(settings.scopes())
                        .setState(attempt.state())
                        .setCodeChallenge(attempt.challenge())
                        .setCodeChallengeMethod("S256")
                        .putAdditionalParameter("nonce", attempt.nonce()));
        // Some have a query in it already (RFC 6749, section 3.1), to which Vert.x would add a second one.
        return endpoint.contains("?") ? endpoint + "&" + url.substring(endpoint.length() + 1) : url;
    }

    /**
     * Makes sure that an answer is this provider's, where it says whose it is (RFC 9207).
     *
     * @param issuer as in the answer
     */
    void checkIssuer(Optional<String> issuer) throws OidcRefusal {
        boolean promised = known().document()
                .path("authorization_response_iss_parameter_supported")
                .asBoolean();
        if (issuer.isPresent() ? !issuer.get().equals(settings.issuer()) : promised) {
            throw OidcRefusal.answer("the answer is from the issuer " + issuer.orElse("that it does not tell"));
        }
    }

    /**
     * What the provider says of the person in an answer to {@link #redeem}.
     *
     * @throws OidcRefusal if it must not be believed
     */
    JsonNode claims(JsonNode tokens, OidcAttempt attempt) throws OidcRefusal {
        Known now = known();
        JsonNode claims = genuine(now, tokens.path("id_token").asText(""));
        IdToken.check(claims, settings.issuer(), settings.clientId(), attempt.nonce(), clock.instant());
        boolean told = OidcPerson.groups(claims, settings.groupsClaim()).isPresent()
                && (claims.hasNonNull("name") || claims.hasNonNull("preferred_username"));
        return told || !now.has("userinfo_endpoint")
                ? claims
                : more(now, claims, tokens.path("access_token").asText(""));
    }

    /** Redeems a code for tokens. */
    JsonNode redeem(String code, OidcAttempt attempt, String redirectUri) throws OidcRefusal {
        Known now = known();
        Map<String, String> form = new HashMap<>();
        form.put("grant_type", "authorization_code");
        form.put("code", code);
        form.put("redirect_uri", redirectUri);
        form.put("code_verifier", attempt.verifier());
        Optional<String> authorization = Optional.empty();
        if (settings.secret().isEmpty()) {
            form.put("client_id", settings.clientId());
        } else if (basic(now.document().path("token_endpoint_auth_methods_supported"))) {
            // Encoded each before they are put together (RFC 6749, section 2.3.1).
            String both = OidcHttp.encoded(settings.clientId()) + ":" + OidcHttp.encoded(settings.secret());
            authorization =
                    Optional.of("Basic " + Base64.getEncoder().encodeToString(both.getBytes(StandardCharsets.UTF_8)));
        } else {
            form.put("client_id", settings.clientId());
            form.put("client_secret", settings.secret());
        }
        OidcHttp.Answer answer = http.post(now.endpoint("token_endpoint"), form, authorization);
        if (answer.status() >= 500) {
            throw OidcRefusal.unreachable("the token endpoint answered " + answer.status());
        }
        if (answer.status() != 200) {
            throw OidcRefusal.answer("the token endpoint answered " + answer.status() + " "
                    + answer.json().path("error").asText("")
                    + " " + answer.json().path("error_description").asText(""));
        }
        return answer.json();
    }

    /** What holds if nothing is said is basic (OpenID Connect Discovery 1.0, section 3). */
    private static boolean basic(JsonNode methods) {
        boolean basic = methods.isEmpty();
        for (JsonNode method : methods) {
            basic |= method.asText().equals("client_secret_basic");
        }
        return basic;
    }

    /** The claims of a token that one of the provider's keys signed; a key that is not known may be a new one. */
    private JsonNode genuine(Known now, String token) throws OidcRefusal {
        Future<User> checked = verified(now.keys(), token);
        if (checked.failed() && checked.cause() instanceof NoSuchKeyIdException) {
            checked = verified(again(now).keys(), token);
        }
        if (!checked.succeeded()) {
            throw OidcRefusal.answer("the ID token is not signed by a key of the provider, not from it or not for us");
        }
        return Json.tree(
                checked.result().attributes().getJsonObject("accessToken").encode());
    }

    /** Vert.x does it at once, for it knows the keys. It takes an ID token alone as it takes an access token. */
    private static Future<User> verified(OAuth2Auth keys, String token) {
        try {
            return keys.authenticate(new TokenCredentials(token));
        } catch (RuntimeException e) {
            return Future.failedFuture(e);
        }
    }

    /** Some providers tell groups and names only when they are asked with the access token. */
    private JsonNode more(Known now, JsonNode claims, String accessToken) throws OidcRefusal {
        OidcHttp.Answer answer = http.get(now.endpoint("userinfo_endpoint"), Optional.of("Bearer " + accessToken));
        if (answer.status() != 200) {
            throw OidcRefusal.unreachable("the userinfo endpoint answered " + answer.status());
        }
        if (!answer.json().path("sub").equals(claims.path("sub"))) {
            throw OidcRefusal.answer("the userinfo endpoint tells of somebody else");
        }
        ObjectNode both = answer.json().deepCopy();
        both.setAll((ObjectNode) claims);
        return both;
    }

    private synchronized Known known() throws OidcRefusal {
        Instant now = clock.instant();
        if (known == null || known.at().plus(KNOWN_FOR).isBefore(now)) {
            try {
                JsonNode document = discovered();
                known = new Known(document, keys(document), now);
                reachable = true;
            } catch (OidcRefusal e) {
                reachable = false;
                throw e;
            }
        }
        return known;
    }

    /** With the keys of now. */
    private synchronized Known again(Known old) throws OidcRefusal {
        Known fresh = new Known(old.document(), keys(old.document()), old.at());
        known = fresh;
        return fresh;
    }

    private JsonNode discovered() throws OidcRefusal {
        URI url = URI.create(settings.issuer().replaceFirst("/$", "") + "/.well-known/openid-configuration");
        OidcHttp.Answer answer = http.get(url, Optional.empty());
        if (answer.status() != 200) {
            throw OidcRefusal.unreachable(url + " answered " + answer.status());
        }
        JsonNode document = answer.json();
        if (!document.path("issuer").asText().equals(settings.issuer())) {
            throw OidcRefusal.unreachable(
                    url + " is of the issuer '" + document.path("issuer").asText() + "', not of oidc.issuer");
        }
        for (String endpoint : new String[] {"authorization_endpoint", "token_endpoint", "jwks_uri"}) {
            checkEndpoint(endpoint, document.path(endpoint).asText());
        }
        if (document.hasNonNull("userinfo_endpoint")) {
            checkEndpoint(
                    "userinfo_endpoint", document.path("userinfo_endpoint").asText());
        }
        return document;
    }

    /** Nothing is sent in the clear to whom https was set for. */
    private void checkEndpoint(String name, String address) throws OidcRefusal {
        try {
            URI uri = URI.create(address);
            boolean plain = "http".equals(uri.getScheme()) && settings.issuer().startsWith("http:");
            if (uri.getHost() != null && ("https".equals(uri.getScheme()) || plain)) {
                return;
            }
        } catch (IllegalArgumentException e) {
            // told below
        }
        throw OidcRefusal.unreachable("the provider's " + name + " is '" + address + "'");
    }

    private OAuth2Auth keys(JsonNode document) throws OidcRefusal {
        URI url = URI.create(document.path("jwks_uri").asText());
        OidcHttp.Answer answer = http.get(url, Optional.empty());
        OAuth2Options options = new OAuth2Options()
                .setClientId(settings.clientId())
                .setAuthorizationPath(document.path("authorization_endpoint").asText())
                .setTokenPath(document.path("token_endpoint").asText())
                .setJWTOptions(new JWTOptions().setIssuer(settings.issuer()).setLeeway(ANY_TIME));
        int usable = 0;
        for (JsonNode key : answer.json().path("keys")) {
            // Public keys alone: by a shared one, whoever knows it could sign.
            boolean pair = key.path("kty").asText().equals("RSA")
                    || key.path("kty").asText().equals("EC");
            if (pair && key.path("use").asText("sig").equals("sig")) {
                options.addJwk(new JsonObject(key.toString()));
                usable++;
            }
        }
        // Without any, Vert.x would check nothing.
        if (answer.status() != 200 || usable == 0) {
            throw OidcRefusal.unreachable(url + " answered " + answer.status() + " and " + usable + " keys");
        }
        return OAuth2Auth.create(vertx, options);
    }
}
