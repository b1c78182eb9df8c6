package io.kerbwatch.server.account;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Somebody as the provider describes them.
 *
 * @param subject who they are at this provider for ever; all else may change
 * @param name what they type there to sign in
 * @param displayName what people call them
 */
record OidcPerson(String subject, String name, String displayName, Set<String> groups) {
    private static final int LONGEST = 100;

    OidcPerson {
        groups = Set.copyOf(groups);
    }

    static OidcPerson of(JsonNode claims, String groupsClaim) {
        String subject = claims.path("sub").asText();
        String name = Stream.of("preferred_username", "email", "name")
                .flatMap(claim -> text(claims, claim).stream())
                .findFirst()
                .orElse(subject);
        Set<String> groups = new LinkedHashSet<>();
        groups(claims, groupsClaim).ifPresent(value -> {
            if (value.isTextual()) {
                groups.add(value.asText());
            }
            value.forEach(one -> {
                if (one.isTextual()) {
                    groups.add(one.asText());
                }
            });
        });
        return new OidcPerson(subject, name, text(claims, "name").orElse(name), groups);
    }

    /** The claim of that name, or if there is none, where its dots lead to: some put the groups into an object. */
    static Optional<JsonNode> groups(JsonNode claims, String claim) {
        JsonNode value = claims.get(claim);
        if (value == null) {
            value = claims.at("/" + claim.replace("~", "~0").replace("/", "~1").replace('.', '/'));
        }
        return value.isMissingNode() || value.isNull() || value.isObject() ? Optional.empty() : Optional.of(value);
    }

    private static Optional<String> text(JsonNode claims, String claim) {
        String text =
                claims.path(claim).asText("").replaceAll("\\p{Cntrl}", " ").strip();
        int[] points = text.codePoints().limit(LONGEST).toArray();
        return points.length == 0 ? Optional.empty() : Optional.of(new String(points, 0, points.length));
    }
}
