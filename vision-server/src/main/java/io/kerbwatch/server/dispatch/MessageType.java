package io.kerbwatch.server.dispatch;

/** What messages tell. Each type has its schema under {@code webhooks} in the contract. */
public enum MessageType {
    ORDER_FILED("order.filed"),
    ORDER_CHANGED("order.changed"),
    ORDER_CLOSED("order.closed"),
    INCIDENT_OPENED("incident.opened"),
    INCIDENT_CLEARED("incident.cleared"),
    CAMERA_OFFLINE("camera.offline"),
    CAMERA_ONLINE("camera.online"),
    CAMERA_VIEW_FAULT("camera.view_fault"),
    PING("ping");

    private final String code;

    MessageType(String code) {
        this.code = code;
    }

    /** On the wire. */
    public String code() {
        return code;
    }

    /** Whether somebody has to go at once: such messages have the fast lane. */
    boolean urgent() {
        return this == ORDER_FILED || this == ORDER_CHANGED || this == ORDER_CLOSED;
    }
}
