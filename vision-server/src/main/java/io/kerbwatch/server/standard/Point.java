package io.kerbwatch.server.standard;

import com.fasterxml.jackson.annotation.JsonIgnore;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What one breach of a clause takes from a place in a month, with what it rests on.
 *
 * @param id of the line; null while the month has not been issued
 * @param what of the clause, as it held then
 * @param team whose work it was; null if nobody's
 * @param evidence {@code incident}, {@code order} or {@code check}
 * @param evidenceId of the incident, order or check
 * @param order that it belongs to; null for none
 * @param kind of the incident, class of the order, or {@code check}
 * @param points that the clause takes for a breach
 * @param counted what of them counts, once the most that a clause may take in a month is reached; 0 if annulled
 * @param annulled whether an appeal against it was upheld
 * @param appeal against it; null if there is none
 */
record Point(
        @Nullable UUID id,
        UUID site,
        String siteName,
        UUID clause,
        String standard,
        String code,
        String what,
        String whatEn,
        @Nullable UUID team,
        String teamName,
        String evidence,
        UUID evidenceId,
        @Nullable UUID order,
        String kind,
        Instant at,
        double points,
        @JsonIgnore @Nullable Double most,
        double counted,
        boolean annulled,
        @Nullable Appeal appeal) {
    Point counting(double some) {
        return new Point(
                id,
                site,
                siteName,
                clause,
                standard,
                code,
                what,
                whatEn,
                team,
                teamName,
                evidence,
                evidenceId,
                order,
                kind,
                at,
                points,
                most,
                some,
                annulled,
                appeal);
    }
}
