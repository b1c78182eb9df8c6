package io.kerbwatch.server.standard;

import java.util.List;

/**
 * What a kind of space has to be like.
 *
 * @param code as people cite it, as in {@code RS}
 */
record Standard(String code, String space, String name, String nameEn, int version, List<Clause> clauses) {
    Standard {
        clauses = List.copyOf(clauses);
    }
}
