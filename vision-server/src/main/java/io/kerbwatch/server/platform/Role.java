package io.kerbwatch.server.platform;

import java.util.Arrays;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/** What someone is here, and the most that they may do. */
public enum Role {
    VIEWER(Scope.READ),
    OPERATOR(
            Scope.READ,
            Scope.INCIDENTS_WRITE,
            Scope.ORDERS_WRITE,
            Scope.ORDERS_REPORT,
            Scope.CAMERAS_WRITE,
            Scope.DEVICES_WRITE,
            Scope.CHECKS_WRITE,
            Scope.SNAPSHOT_ORIGINAL),
    DISPATCHER(Scope.READ, Scope.ORDERS_WRITE, Scope.ORDERS_REPORT),
    CREW(Scope.READ, Scope.ORDERS_REPORT),
    SUPERVISOR(
            Scope.READ,
            Scope.INCIDENTS_WRITE,
            Scope.ORDERS_WRITE,
            Scope.ORDERS_REPORT,
            Scope.SITES_WRITE,
            Scope.CREWS_WRITE,
            Scope.CHECKS_WRITE,
            Scope.STANDARDS_WRITE),
    ADMIN(Scope.values()),
    /** Something that measures; never a person. */
    DEVICE(Scope.READINGS_REPORT),
    AUDITOR(Scope.READ, Scope.AUDIT_READ, Scope.CHECKS_WRITE, Scope.SNAPSHOT_ORIGINAL);

    @SuppressWarnings("ImmutableEnumChecker") // wrapped where it is set
    private final Set<Scope> scopes;

    Role(Scope... scopes) {
        EnumSet<Scope> set = EnumSet.noneOf(Scope.class);
        Collections.addAll(set, scopes);
        this.scopes = Collections.unmodifiableSet(set);
    }

    public Set<Scope> scopes() {
        return scopes;
    }

    /** The name in the API. */
    public String code() {
        return name().toLowerCase(Locale.ROOT);
    }

    /**
     * The role of that name.
     *
     * @throws IllegalArgumentException if there is none
     */
    public static Role of(String code) {
        try {
            return valueOf(code.toUpperCase(Locale.ROOT));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "there is no role '" + code + "'; there are "
                            + Arrays.stream(values()).map(Role::code).collect(Collectors.joining(", ")),
                    e);
        }
    }
}
