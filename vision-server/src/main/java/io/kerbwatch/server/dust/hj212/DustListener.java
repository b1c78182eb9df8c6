package io.kerbwatch.server.dust.hj212;

import io.vertx.core.Future;
import java.util.List;

/**
 * Who knows the devices and stores what they send. All methods are called on the receiver's event loop and must not block
 * it; their futures may complete on any thread. A future that fails, or takes longer than the limit, leaves the packets
 * unanswered, and the device sends them again.
 */
public interface DustListener {
    /** Who sends with this MN and PW; asked once for each device in a batch, so an answer should come from memory. */
    Future<Identity> identify(String mn, String password);

    /**
     * Stores reports, one to {@value Limits#BATCH} in order of arrival; once the future succeeds they are acknowledged, so
     * not before they are safe. The receiver leaves out what came twice within its memory; beyond that, and after a
     * restart, the same report may come again, so store by MN, kind and time. One failure leaves the whole batch
     * unanswered, and it comes again as it was: fail for a database that is away, never for one report that does not suit.
     */
    Future<Void> store(List<Report> reports);

    /** Keeps packets that were not taken for people to look at, one to {@value Limits#BATCH}. Anybody can send them: bound what is kept. */
    Future<Void> review(List<Refused> refused);
}
