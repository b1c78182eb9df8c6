package io.kerbwatch.server.standard;

/**
 * A kind of city space. A site belongs to the space whose code is the site's own kind, unless it was given another.
 *
 * @param code as in {@code public-toilet}
 * @param name in Chinese
 * @param nameEn in English; empty if nobody wrote it
 */
record Space(String code, String name, String nameEn, int version) {}
