package io.kerbwatch.server.order;

/**
 * Who has an order.
 *
 * @param kind endpoint, crew or team
 * @param id of it; what people call it where it is no endpoint
 */
record Receiver(String kind, String id, String name) {}
