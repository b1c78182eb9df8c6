package io.kerbwatch.server.ioc;

import io.kerbwatch.server.audit.Audit;
import io.kerbwatch.server.platform.Caller;
import io.kerbwatch.server.platform.Database;
import io.kerbwatch.server.platform.Json;
import io.kerbwatch.server.platform.Operations;
import io.kerbwatch.server.platform.Problem;
import io.kerbwatch.server.platform.Reply;
import io.kerbwatch.server.platform.Request;
import io.kerbwatch.server.platform.Tx;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** Which panels a wall shows where: data, so that each wall has its own. Two come with the program. */
public final class Layouts {
    /** Columns and rows of the grid that panels lie on. */
    static final int COLUMNS = 24;

    static final int ROWS = 12;

    private static final Map<String, Layout> SHIPPED = Map.of(
            // For a screen: the map in the middle.
            "main",
            new Layout(
                    "",
                    List.of(
                            new Panel("figures", 0, 0, 24, 2),
                            new Panel("groups", 0, 2, 6, 5),
                            new Panel("crew", 0, 7, 6, 5),
                            new Panel("map", 6, 2, 12, 7),
                            new Panel("decisions", 18, 2, 6, 3),
                            new Panel("orders", 18, 5, 6, 4),
                            new Panel("curves", 6, 9, 9, 3),
                            new Panel("health", 15, 9, 3, 3),
                            new Panel("pairs", 18, 9, 6, 3))),
            // For two screens beside each other.
            "wide",
            new Layout(
                    "",
                    List.of(
                            new Panel("figures", 0, 0, 24, 2),
                            new Panel("groups", 0, 2, 4, 10),
                            new Panel("crew", 4, 2, 4, 10),
                            new Panel("map", 8, 2, 7, 10),
                            new Panel("decisions", 15, 2, 4, 4),
                            new Panel("orders", 15, 6, 4, 6),
                            new Panel("curves", 19, 2, 5, 5),
                            new Panel("health", 19, 7, 2, 5),
                            new Panel("pairs", 21, 7, 3, 5))));

    private final Database database;
    private final InstantSource clock;
    private final Audit audit;

    public Layouts(Database database, InstantSource clock, Audit audit) {
        this.database = database;
        this.clock = clock;
        this.audit = audit;
    }

    /** A panel and the cells that it covers, from the upper left one on. */
    record Panel(String panel, int column, int row, int width, int height) {}

    /**
     * A wall.
     *
     * @param title over it; empty for the name of the product
     */
    record Layout(String title, List<Panel> panels) {}

    /** A wall with its name; version 0 is one that came with the program and has not been changed. */
    record Named(String name, int version, String title, List<Panel> panels) {}

    record NamedList(List<Named> items) {}

    public void mount(Operations operations) {
        operations
                .on("listWalls", request -> Reply.json(new NamedList(database.transaction(Layouts::all))))
                .on("getWallLayout", request -> {
                    Named wall = get(name(request));
                    return Reply.json(wall).version(wall.version());
                })
                .on("putWallLayout", request -> {
                    Named wall = put(request.caller(), name(request), request.ifMatch(), request.body(Layout.class));
                    return Reply.json(wall).version(wall.version());
                })
                .on("removeWallLayout", request -> {
                    remove(request.caller(), name(request));
                    return Reply.nothing();
                });
    }

    private static String name(Request request) {
        return request.path().getOrDefault("wall", "");
    }

    private static List<Named> all(Tx tx) {
        Map<String, Named> walls = new TreeMap<>();
        SHIPPED.forEach((name, layout) -> walls.put(name, named(name, 0, layout)));
        tx.handle()
                .createQuery("select name, layout, version from wall")
                .map((rows, context) -> named(
                        rows.getString("name"),
                        rows.getInt("version"),
                        Json.read(rows.getString("layout"), Layout.class)))
                .forEach(wall -> walls.put(wall.name(), wall));
        return List.copyOf(walls.values());
    }

    private static Named named(String name, int version, Layout layout) {
        return new Named(name, version, layout.title(), layout.panels());
    }

    private static Optional<Named> find(Tx tx, String name) {
        return all(tx).stream().filter(wall -> wall.name().equals(name)).findFirst();
    }

    private Named get(String name) {
        return database.transaction(tx -> find(tx, name))
                .orElseThrow(() -> Problem.notFound("wall", name).raised());
    }

    private Named put(Caller caller, String name, int version, Layout layout) {
        check(layout);
        return database.transaction(tx -> {
            int written = tx.handle()
                    .createUpdate(
                            version == 0
                                    ? "insert into wall (name, layout, version, changed_at) values (:name, :layout, 1, :now)"
                                            + " on conflict do nothing"
                                    : "update wall set layout = :layout, version = version + 1, changed_at = :now"
                                            + " where name = :name and version = :version")
                    .bind("name", name)
                    .bind("layout", Json.text(layout))
                    .bind("version", version)
                    .bind("now", clock.instant())
                    .execute();
            if (written == 0) {
                throw Request.stale().raised();
            }
            audit.note(
                    tx,
                    caller,
                    "wall.change",
                    name,
                    Map.of("panels", layout.panels().size()));
            return named(name, version + 1, layout);
        });
    }

    private void remove(Caller caller, String name) {
        database.inTransaction(tx -> {
            int removed = tx.handle()
                    .createUpdate("delete from wall where name = :name")
                    .bind("name", name)
                    .execute();
            if (removed == 0) {
                throw Problem.notFound("changed wall", name).raised();
            }
            audit.note(tx, caller, "wall.remove", name, Map.of());
        });
    }

    /** That each panel is there once, within the grid, and covers no other. */
    private static void check(Layout layout) {
        Set<String> once = new HashSet<>();
        List<Panel> before = new ArrayList<>();
        for (int i = 0; i < layout.panels().size(); i++) {
            Panel panel = layout.panels().get(i);
            String where = "/panels/" + i;
            if (!once.add(panel.panel())) {
                throw Problem.invalid(where, "The panel '" + panel.panel() + "' stands there twice.")
                        .raised();
            }
            if (panel.column() + panel.width() > COLUMNS || panel.row() + panel.height() > ROWS) {
                throw Problem.invalid(
                                where,
                                "The panel '" + panel.panel() + "' reaches over the edge; a wall has " + COLUMNS
                                        + " columns and " + ROWS + " rows.")
                        .raised();
            }
            for (Panel other : before) {
                boolean apart = panel.column() >= other.column() + other.width()
                        || other.column() >= panel.column() + panel.width()
                        || panel.row() >= other.row() + other.height()
                        || other.row() >= panel.row() + panel.height();
                if (!apart) {
                    throw Problem.invalid(
                                    where,
                                    "The panels '" + other.panel() + "' and '" + panel.panel() + "' cover each other.")
                            .raised();
                }
            }
            before.add(panel);
        }
    }
}
