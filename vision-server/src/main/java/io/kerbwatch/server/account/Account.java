package io.kerbwatch.server.account;

import io.kerbwatch.server.platform.Role;
import java.text.Normalizer;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A person who signs in.
 *
 * @param name to sign in with
 * @param displayName what stands in histories
 * @param role code of a {@link Role}
 * @param sites that they are limited to; none for all
 * @param password Argon2id hash; null until they set one; never shown
 * @param signedInAt when they did last
 * @param origin where they sign in, if not here by a password
 */
public record Account(
        UUID id,
        String name,
        String displayName,
        String role,
        List<UUID> sites,
        @Nullable String password,
        boolean disabled,
        int version,
        Instant createdAt,
        @Nullable Instant signedInAt,
        @Nullable Origin origin) {
    /**
     * An identity provider that vouches for somebody.
     *
     * @param subject who they are there
     */
    public record Origin(String issuer, String subject) {}

    public Account {
        sites = List.copyOf(sites);
    }

    /** Whether a password was set; until then nobody can sign in as them. */
    public boolean hasPassword() {
        return password != null;
    }

    /** What stands in records for whoever acts as this account. */
    static String actor(UUID id) {
        return "account:" + id;
    }

    Role rights() {
        return Role.of(role);
    }

    Set<UUID> places() {
        return Set.copyOf(sites);
    }

    /**
     * The name as names are compared: people type it in full or half width, in small letters or capitals. PostgreSQL
     * keeps no text with U+0000 in it.
     */
    static String key(String name) {
        return Normalizer.normalize(name.replace('\0', ' '), Normalizer.Form.NFKC)
                .strip()
                .toLowerCase(Locale.ROOT);
    }
}
