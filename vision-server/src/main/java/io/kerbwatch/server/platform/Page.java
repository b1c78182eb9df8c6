package io.kerbwatch.server.platform;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A part of a list, newest first.
 *
 * @param next cursor of what follows; null at the end
 */
public record Page<T>(List<T> items, @Nullable String next) {
    public Page {
        items = List.copyOf(items);
    }

    /**
     * Makes a page of rows of which one more than wanted was asked for.
     *
     * @param id of an entry; ids sort by time
     */
    public static <T> Page<T> of(List<T> rows, int limit, Function<T, UUID> id) {
        if (rows.size() <= limit) {
            return new Page<>(rows, null);
        }
        List<T> items = rows.subList(0, limit);
        String last = id.apply(items.get(limit - 1)).toString();
        return new Page<>(
                items,
                Base64.getUrlEncoder().withoutPadding().encodeToString(last.getBytes(StandardCharsets.US_ASCII)));
    }

    /**
     * The id that a page goes on after; the greatest of all for the first page.
     *
     * @throws Problem.Raised 400 if it is no cursor of ours
     */
    public static UUID before(Optional<String> cursor) {
        if (cursor.isEmpty()) {
            return UUID.fromString("ffffffff-ffff-ffff-ffff-ffffffffffff");
        }
        try {
            return UUID.fromString(new String(Base64.getUrlDecoder().decode(cursor.get()), StandardCharsets.US_ASCII));
        } catch (IllegalArgumentException e) {
            throw Problem.invalid("cursor", "This is no cursor; use the one that the list before gave as 'next'.")
                    .raised();
        }
    }
}
