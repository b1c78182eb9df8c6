package io.kerbwatch.server.platform;

import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * Who makes a request.
 *
 * @param id of the token or session, as it stands in records
 * @param name what people call them
 * @param sites that they may see; all of them if empty
 * @param endpoint that the token belongs to: what it reports, that endpoint reports
 * @param member crew member whose phone it is
 * @param account person with a password; none for tokens, phones and who came by a link
 * @param device that the token belongs to: what it reports, that device measured
 * @param session in which a browser sends its cookie by itself; none for tokens
 */
public record Caller(
        String id,
        String name,
        Role role,
        Set<Scope> scopes,
        Set<UUID> sites,
        Optional<UUID> endpoint,
        Optional<UUID> member,
        Optional<UUID> account,
        Optional<UUID> device,
        Optional<UUID> session) {
    public Caller {
        scopes = Set.copyOf(scopes);
        sites = Set.copyOf(sites);
    }

    /** The server itself. */
    public static final Caller SYSTEM = new Caller(
            "system",
            "system",
            Role.ADMIN,
            Role.ADMIN.scopes(),
            Set.of(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty());

    /** Whoever comes without showing anything, where that is enough. */
    public static final Caller NOBODY = new Caller(
            "nobody",
            "nobody",
            Role.VIEWER,
            Set.of(),
            Set.of(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty());

    /** Whether a cookie, which a browser sends by itself, is all that they showed. */
    public boolean browser() {
        return session.isPresent();
    }

    /** Whether they may do whatever somebody with these rights at these sites may; no sites are all of them. */
    public boolean covers(Set<Scope> rights, Set<UUID> places) {
        return scopes.containsAll(rights) && (sites.isEmpty() || (!places.isEmpty() && sites.containsAll(places)));
    }

    public boolean sees(UUID site) {
        return sites.isEmpty() || sites.contains(site);
    }

    /**
     * Hides what belongs to a site that they may not see.
     *
     * @throws Problem.Raised as if it were not there
     */
    public void mustSee(UUID site, String what, Object id) {
        if (!sees(site)) {
            throw Problem.notFound(what, id).raised();
        }
    }

    /** For SQL: {@code :all or site = any(:sites)}. */
    public UUID[] siteArray() {
        return sites.toArray(UUID[]::new);
    }
}
