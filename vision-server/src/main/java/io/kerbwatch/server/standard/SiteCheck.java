package io.kerbwatch.server.standard;

import io.kerbwatch.server.photo.Photo;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What somebody saw at a place, held against clauses of its standards.
 *
 * @param at when they stood there
 * @param order that it is about or that came of it; null for none
 */
record SiteCheck(
        UUID id,
        UUID site,
        String siteName,
        Instant at,
        Instant receivedAt,
        String checkerName,
        String note,
        @Nullable UUID order,
        List<Item> items,
        List<Photo> photos) {
    SiteCheck {
        items = List.copyOf(items);
        photos = List.copyOf(photos);
    }

    /**
     * One clause that was looked at.
     *
     * @param clause as it held then
     * @param outcome {@code met}, {@code broken}, or {@code not-seen}, which counts for nothing
     */
    record Item(
            UUID clause,
            String standard,
            String code,
            String what,
            String whatEn,
            double points,
            String outcome,
            String note) {}
}
