package io.kerbwatch.samples;

import io.kerbwatch.samples.Login.Scheme;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Asks for a camera's login and checks it: Basic and Digest of RFC 2617, sections 2 and 3. */
final class Gate {
    private static final String REALM = "Kerbwatch samples";
    private static final Pattern FIELD = Pattern.compile("(\\w+)=(?:\"([^\"]*)\"|([^,\\s]+))");

    private final Login login;
    private final String nonce;

    /** @param nonce must not repeat over stations */
    Gate(Login login, String nonce) {
        this.login = login;
        this.nonce = nonce;
    }

    /** Value of the {@code WWW-Authenticate} header. */
    String challenge() {
        return login.scheme() == Scheme.BASIC
                ? "Basic realm=\"" + REALM + "\""
                : "Digest realm=\"" + REALM + "\", nonce=\"" + nonce + "\", algorithm=MD5";
    }

    /** Whether the request proves that its sender knows the password. */
    boolean opensTo(Request request) {
        String shown = request.header("authorization");
        return login.scheme() == Scheme.BASIC ? basic(shown) : digest(shown, request.method());
    }

    private boolean basic(String shown) {
        String expected = "Basic "
                + Base64.getEncoder()
                        .encodeToString((login.user() + ":" + login.password()).getBytes(StandardCharsets.UTF_8));
        return shown.equals(expected);
    }

    private boolean digest(String shown, String method) {
        if (!shown.startsWith("Digest ")) {
            return false;
        }
        Map<String, String> fields = new HashMap<>();
        Matcher matcher = FIELD.matcher(shown);
        while (matcher.find()) {
            fields.put(matcher.group(1), matcher.group(2) == null ? matcher.group(3) : matcher.group(2));
        }
        String who = md5(login.user() + ":" + REALM + ":" + login.password());
        String what = md5(method + ":" + fields.getOrDefault("uri", ""));
        return login.user().equals(fields.get("username"))
                && nonce.equals(fields.get("nonce"))
                && md5(who + ":" + nonce + ":" + what).equals(fields.get("response"));
    }

    private static String md5(String text) {
        try {
            MessageDigest md5 = MessageDigest.getInstance("MD5");
            return HexFormat.of().formatHex(md5.digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java platform has MD5", e);
        }
    }
}
