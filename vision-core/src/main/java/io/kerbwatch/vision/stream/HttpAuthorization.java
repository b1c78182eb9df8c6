package io.kerbwatch.vision.stream;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Answers a server's challenge: Basic (RFC 7617) or Digest with MD5 (RFC 7616), as cameras ask for them. */
final class HttpAuthorization {
    private static final Pattern PARAMETER = Pattern.compile("(\\w+)=(?:\"([^\"]*)\"|([^,\\s]*))");

    private HttpAuthorization() {}

    /** The value of the Authorization header. */
    static String answer(String challenge, String user, String password, String method, String path) {
        if (!challenge.regionMatches(true, 0, "Digest", 0, 6)) {
            byte[] pair = (user + ":" + password).getBytes(StandardCharsets.UTF_8);
            return "Basic " + Base64.getEncoder().encodeToString(pair);
        }
        Map<String, String> p = new HashMap<>();
        Matcher m = PARAMETER.matcher(challenge);
        while (m.find()) {
            p.put(m.group(1).toLowerCase(Locale.ROOT), m.group(2) != null ? m.group(2) : m.group(3));
        }
        String realm = p.getOrDefault("realm", "");
        String nonce = p.getOrDefault("nonce", "");
        String a1 = md5(user + ":" + realm + ":" + password);
        String a2 = md5(method + ":" + path);
        StringBuilder answer = new StringBuilder("Digest username=\"" + user + "\", realm=\"" + realm + "\", nonce=\""
                + nonce + "\", uri=\"" + path + "\"");
        boolean auth = p.getOrDefault("qop", "").contains("auth");
        if (auth) {
            String cnonce = Long.toHexString(System.nanoTime());
            answer.append(", qop=auth, nc=00000001, cnonce=\"").append(cnonce).append('"');
            answer.append(", response=\"")
                    .append(md5(a1 + ":" + nonce + ":00000001:" + cnonce + ":auth:" + a2))
                    .append('"');
        } else {
            answer.append(", response=\"")
                    .append(md5(a1 + ":" + nonce + ":" + a2))
                    .append('"');
        }
        if (p.containsKey("opaque")) {
            answer.append(", opaque=\"").append(p.get("opaque")).append('"');
        }
        return answer.toString();
    }

    private static String md5(String text) {
        try {
            MessageDigest digest = MessageDigest.getInstance("MD5");
            return HexFormat.of().formatHex(digest.digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has MD5", e);
        }
    }
}
