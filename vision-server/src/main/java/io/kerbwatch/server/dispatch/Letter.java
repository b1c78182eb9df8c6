package io.kerbwatch.server.dispatch;

import java.time.ZoneId;

/**
 * A message as one endpoint is to get it.
 *
 * @param id on the wire, the same for every attempt
 * @param body JSON, as webhooks send it
 * @param zone of the site that it is about: for clocks that people read
 */
record Letter(String id, byte[] body, ZoneId zone) {}
