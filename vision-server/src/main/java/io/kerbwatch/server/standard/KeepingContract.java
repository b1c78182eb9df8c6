package io.kerbwatch.server.standard;

import java.time.YearMonth;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Who keeps which places.
 *
 * @param firstMonth from the begin of which it holds, as in {@code 2026-11}
 * @param lastMonth to the end of which it holds; null until further notice
 */
record KeepingContract(
        UUID id,
        String name,
        String contractor,
        String firstMonth,
        @Nullable String lastMonth,
        List<UUID> sites,
        int version) {
    KeepingContract {
        sites = List.copyOf(sites);
    }

    boolean meets(KeepingContract other) {
        return begin().compareTo(other.end()) <= 0 && other.begin().compareTo(end()) <= 0;
    }

    YearMonth begin() {
        return YearMonth.parse(firstMonth);
    }

    private YearMonth end() {
        String last = lastMonth;
        return last == null ? YearMonth.of(9999, 12) : YearMonth.parse(last);
    }
}
