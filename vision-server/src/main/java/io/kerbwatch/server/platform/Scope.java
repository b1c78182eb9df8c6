package io.kerbwatch.server.platform;

/** A right that a token or session may have; the contract names one for each operation. */
public enum Scope {
    READ("read"),
    SITES_WRITE("sites:write"),
    CAMERAS_WRITE("cameras:write"),
    SNAPSHOT_ORIGINAL("snapshot:original"),
    INCIDENTS_WRITE("incidents:write"),
    ORDERS_WRITE("orders:write"),
    ORDERS_REPORT("orders:report"),
    CREWS_WRITE("crews:write"),
    DEVICES_WRITE("devices:write"),
    /** What a device may: report what it measured or counted. */
    READINGS_REPORT("readings:report"),
    /** What a crew member's phone may: see and report its own orders. */
    CREW_WORK("crew:work"),
    /** Write down what one saw at a place. */
    CHECKS_WRITE("checks:write"),
    /** Say what is asked for, under which contract, what a month came to, and whether an appeal is right. */
    STANDARDS_WRITE("standards:write"),
    ENDPOINTS_WRITE("endpoints:write"),
    TOKENS_WRITE("tokens:write"),
    /** Make, change and remove people; given to administrators alone. */
    ACCOUNTS_WRITE("accounts:write"),
    AUDIT_READ("audit:read");

    private final String code;

    Scope(String code) {
        this.code = code;
    }

    /** The name in the contract and in tokens. */
    public String code() {
        return code;
    }

    /**
     * The scope of that name.
     *
     * @throws IllegalArgumentException if there is none
     */
    public static Scope of(String code) {
        for (Scope scope : values()) {
            if (scope.code.equals(code)) {
                return scope;
            }
        }
        throw new IllegalArgumentException("there is no scope '" + code + "'");
    }
}
