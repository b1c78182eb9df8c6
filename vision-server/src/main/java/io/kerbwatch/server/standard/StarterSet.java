package io.kerbwatch.server.standard;

import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;

/**
 * The standards that come with the program, in our own words, to begin with.
 *
 * @param spaces kinds of city space
 * @param standards by code
 */
record StarterSet(List<Space> spaces, Map<String, Written> standards) {
    private static final String RESOURCE = "/standards/starter.yaml";

    static StarterSet read() {
        try (InputStream in = StarterSet.class.getResourceAsStream(RESOURCE)) {
            if (in == null) {
                throw new IllegalStateException(RESOURCE + " is not in the jar");
            }
            return new YAMLMapper().readValue(in, StarterSet.class);
        } catch (IOException e) {
            throw new UncheckedIOException(RESOURCE + " cannot be read", e);
        }
    }
}
