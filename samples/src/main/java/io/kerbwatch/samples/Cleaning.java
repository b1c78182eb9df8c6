package io.kerbwatch.samples;

/** What happens at a site when the crew has cleaned there: usually {@link SampleStation#clean} for its cameras. */
@FunctionalInterface
public interface Cleaning {
    /** Cleans the site of that name. */
    void clean(String site);
}
