package io.kerbwatch.server.ioc;

import io.kerbwatch.server.platform.Operations;
import io.kerbwatch.server.platform.Problem;
import io.kerbwatch.server.platform.Reply;
import io.kerbwatch.server.platform.Request;
import io.kerbwatch.server.platform.Settings;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The map under the places, if there is one. Without it, or with one that is broken, the rest goes on: a wall then draws an
 * outline and says why.
 */
public final class BaseMap implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(BaseMap.class);

    private final String datum;
    private final Optional<TileArchive> archive;
    private final String problem;

    private BaseMap(String datum, Optional<TileArchive> archive, String problem) {
        this.datum = datum;
        this.archive = archive;
        this.problem = problem;
    }

    public static BaseMap open(Settings settings) {
        String datum = settings.get(Settings.MAP_DATUM);
        Optional<String> file = settings.get(Settings.MAP_TILES);
        if (file.isEmpty()) {
            return new BaseMap(datum, Optional.empty(), "");
        }
        try {
            return new BaseMap(datum, Optional.of(TileArchive.open(Path.of(file.get()))), "");
        } catch (IOException e) {
            LOG.error("map.tiles: {}; walls draw a plain outline until it is replaced", e.getMessage());
            return new BaseMap(datum, Optional.empty(), String.valueOf(e.getMessage()));
        }
    }

    /**
     * What the map is.
     *
     * @param type of content of its tiles; null without tiles
     * @param bounds west, south, east, north in degrees
     * @param problem why there are none though there should be; empty if nothing is wrong
     */
    record Described(
            String datum,
            @Nullable String type,
            @Nullable Integer minZoom,
            @Nullable Integer maxZoom,
            @Nullable List<Double> bounds,
            String problem) {}

    public void mount(Operations operations) {
        operations.on("getBaseMap", request -> Reply.json(described())).on("getTile", this::tile);
    }

    private Described described() {
        return archive.map(TileArchive::header)
                .map(header -> new Described(
                        datum,
                        header.type(),
                        header.minZoom(),
                        header.maxZoom(),
                        List.of(header.bounds()[0], header.bounds()[1], header.bounds()[2], header.bounds()[3]),
                        ""))
                .orElse(new Described(datum, null, null, null, null, problem));
    }

    private Reply tile(Request request) {
        TileArchive tiles = archive.orElseThrow(
                () -> Problem.notFound("base map", "map.tiles").raised());
        try {
            return tiles.tile(part(request, "z"), part(request, "x"), part(request, "y"))
                    .map(bytes -> {
                        Reply reply =
                                Reply.of(tiles.header().type(), bytes).with("cache-control", "private, max-age=86400");
                        String encoding = tiles.header().encoding();
                        return encoding.isEmpty() ? reply : reply.with("content-encoding", encoding);
                    })
                    .orElseGet(Reply::nothing);
        } catch (IOException e) {
            LOG.warn("map.tiles: {}", e.getMessage());
            throw Problem.of(
                            500,
                            "map-broken",
                            "Map broken",
                            "This part of the map cannot be read; replace the file that" + " map.tiles names.")
                    .raised();
        }
    }

    private static int part(Request request, String name) {
        return Integer.parseInt(request.path().getOrDefault(name, "0"));
    }

    @Override
    public void close() throws IOException {
        if (archive.isPresent()) {
            archive.get().close();
        }
    }
}
