package io.kerbwatch.server.account;

import io.kerbwatch.server.platform.Role;
import io.kerbwatch.server.platform.Settings;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * At which OpenID provider people sign in, and what their groups there are worth here.
 *
 * @param secret empty for a public client
 * @param roles by group; the first that somebody is in holds
 * @param sites by group, no site for all of them; the list is empty if nobody is limited
 */
record OidcSettings(
        String issuer,
        String clientId,
        String secret,
        List<String> scopes,
        String groupsClaim,
        List<Map.Entry<String, Role>> roles,
        List<Map.Entry<String, Optional<UUID>>> sites,
        Duration timeout) {
    OidcSettings {
        scopes = List.copyOf(scopes);
        roles = List.copyOf(roles);
        sites = List.copyOf(sites);
    }

    /** What somebody may do: sites as in {@link Account#sites()}. */
    record Rights(Role role, List<UUID> sites) {}

    /**
     * Reads them.
     *
     * @return empty if no provider is set
     * @throws IOException if one is set, but not all of what belongs to it
     */
    static Optional<OidcSettings> of(Settings settings) throws IOException {
        Optional<String> issuer = settings.get(Settings.OIDC_ISSUER);
        if (issuer.isEmpty()) {
            return Optional.empty();
        }
        OidcSettings oidc = new OidcSettings(
                issuer.get(),
                settings.get(Settings.OIDC_CLIENT_ID),
                settings.get(Settings.OIDC_CLIENT_SECRET),
                settings.get(Settings.OIDC_SCOPES),
                settings.get(Settings.OIDC_GROUPS_CLAIM),
                settings.get(Settings.OIDC_ROLES),
                settings.get(Settings.OIDC_SITES),
                settings.get(Settings.OIDC_TIMEOUT));
        if (oidc.clientId().isBlank()) {
            throw new IOException(
                    "oidc.issuer is set, but oidc.client-id is not; register this server at the provider, and set it");
        }
        if (oidc.roles().isEmpty()) {
            throw new IOException("oidc.issuer is set, but oidc.roles is not, so nobody could sign in;"
                    + " set it like kerbwatch-admins=admin,kerbwatch-operators=operator");
        }
        return Optional.of(oidc);
    }

    /** What the groups are worth; empty if nothing, and where sites are set, if none is given. */
    Optional<Rights> rights(Set<String> groups) {
        Optional<Role> role = roles.stream()
                .filter(entry -> groups.contains(entry.getKey()))
                .map(Map.Entry::getValue)
                .findFirst();
        List<Optional<UUID>> places = sites.stream()
                .filter(entry -> groups.contains(entry.getKey()))
                .map(Map.Entry::getValue)
                .toList();
        if (role.isEmpty() || (places.isEmpty() && !sites.isEmpty())) {
            return Optional.empty();
        }
        boolean all = places.stream().anyMatch(Optional::isEmpty);
        return Optional.of(new Rights(
                role.get(),
                all
                        ? List.of()
                        : places.stream().flatMap(Optional::stream).distinct().toList()));
    }
}
