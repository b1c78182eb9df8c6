package io.kerbwatch.server.snapshot;

import com.fasterxml.jackson.core.type.TypeReference;
import io.kerbwatch.server.audit.Audit;
import io.kerbwatch.server.platform.Caller;
import io.kerbwatch.server.platform.DataDirectory;
import io.kerbwatch.server.platform.Database;
import io.kerbwatch.server.platform.Json;
import io.kerbwatch.server.platform.MasterKey;
import io.kerbwatch.server.platform.Problem;
import io.kerbwatch.server.platform.Scope;
import io.kerbwatch.server.platform.Tx;
import io.kerbwatch.vision.detect.Detection;
import io.kerbwatch.vision.judge.Zone;
import io.kerbwatch.vision.snapshot.Snapshot;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * Pictures kept as evidence: the ordinary copy with people blurred, the original encrypted beside it, what was seen and
 * the zones of that moment in the row. The files are on disk before the transaction that names them commits.
 */
public final class Snapshots {
    private static final DateTimeFormatter FOLDER =
            DateTimeFormatter.ofPattern("yyyy/MM/dd").withZone(ZoneOffset.UTC);
    private static final String ORIGINAL = "snapshot-original";
    private static final String LINK = "snapshot-link";
    private static final int PRUNED_AT_ONCE = 500;
    private static final Duration LINK_LIFE = Duration.ofDays(7);

    private final Database database;
    private final InstantSource clock;
    private final MasterKey key;
    private final Path root;
    private final PictureDrawing drawing;
    private final Audit audit;

    public Snapshots(
            Database database, InstantSource clock, MasterKey key, Path data, PictureDrawing drawing, Audit audit) {
        this.database = database;
        this.clock = clock;
        this.key = key;
        this.root = data.resolve("snapshots");
        this.drawing = drawing;
        this.audit = audit;
    }

    /** Where a picture comes from. */
    public record Source(UUID camera, String cameraName, UUID site, List<Zone> zones) {}

    private record Row(
            UUID id,
            UUID site,
            String cameraName,
            Instant takenAt,
            List<Detection> detections,
            List<Zone> zones,
            String path,
            String originalPath,
            String timeZone) {}

    /**
     * Keeps a picture; the same once more is the same. Blocks until it is on disk.
     *
     * @throws UncheckedIOException if it cannot be written; then the transaction must not commit
     */
    public void keep(Tx tx, Snapshot snapshot, Source source) {
        String folder = FOLDER.format(snapshot.takenAt());
        String path = folder + "/" + snapshot.id() + ".jpg";
        String originalPath = folder + "/" + snapshot.id() + ".original";
        try {
            if (!Files.exists(root)) {
                Files.createDirectories(root);
                DataDirectory.restrict(root, "rwx------");
            }
            write(root.resolve(path), snapshot.jpeg());
            write(root.resolve(originalPath), key.encrypt(ORIGINAL, snapshot.original()));
        } catch (IOException e) {
            throw new UncheckedIOException("the picture " + path + " cannot be written: " + e.getMessage(), e);
        }
        tx.handle()
                .createUpdate("insert into snapshot (id, camera, site, camera_name, taken_at, width, height,"
                        + " detections, zones, path, original_path, created_at) values (:id, :camera, :site, :name,"
                        + " :taken, :width, :height, :detections, :zones, :path, :original, :now)"
                        + " on conflict do nothing")
                .bind("id", snapshot.id())
                .bind("camera", source.camera())
                .bind("site", source.site())
                .bind("name", source.cameraName())
                .bind("taken", snapshot.takenAt())
                .bind("width", snapshot.width())
                .bind("height", snapshot.height())
                .bind("detections", Json.text(snapshot.detections()))
                .bind("zones", Json.text(source.zones()))
                .bind("path", path)
                .bind("original", originalPath)
                .bind("now", clock.instant())
                .execute();
    }

    /**
     * The ordinary copy.
     *
     * @throws Problem.Raised 404 if there is none, 410 if its time is over
     */
    byte[] picture(Caller caller, UUID id, boolean annotated) {
        Row row = find(id).filter(found -> caller.sees(found.site()))
                .orElseThrow(() -> Problem.notFound("snapshot", id).raised());
        return picture(row, annotated);
    }

    /** The original, decrypted; every look is written down. */
    byte[] original(Caller caller, UUID id) {
        if (!caller.scopes().contains(Scope.SNAPSHOT_ORIGINAL)) {
            throw Problem.forbidden("The original shows people as they are; it needs the scope snapshot:original.")
                    .raised();
        }
        return database.transaction(tx -> {
            Row row = find(id).filter(found -> caller.sees(found.site()))
                    .orElseThrow(() -> Problem.notFound("snapshot", id).raised());
            audit.note(tx, caller, "snapshot.original", id, Map.of("camera", row.cameraName()));
            return key.decrypt(ORIGINAL, read(row.originalPath()));
        });
    }

    private record Kept(UUID id, String path, String originalPath) {}

    /**
     * Deletes the files of pictures whose time is over: those that incidents and orders rest on after one time, all others
     * after another. What is known of them stays; who asks for one is told that it was deleted.
     *
     * @return how many
     * @throws UncheckedIOException if a file cannot be deleted; it is tried again the next time
     */
    public int prune(Duration ofIncidents, Duration others) {
        Instant now = clock.instant();
        int pruned = 0;
        List<Kept> over;
        do {
            over = database.transaction(tx -> tx.handle()
                    .createQuery("select id, path, original_path from snapshot p where deleted_at is null"
                            + " and (taken_at < :incidents or (taken_at < :others"
                            + " and not exists (select 1 from (select opened_snapshot as id from incident"
                            + " union all select cleared_snapshot from incident"
                            + " union all select before_snapshot from orders"
                            + " union all select after_snapshot from orders"
                            // Earlier rounds rest on pictures, too.
                            + " union all select snapshot from order_move"
                            + " union all select before_snapshot from closure_check"
                            + " union all select after_snapshot from closure_check) used where used.id = p.id)))"
                            + " order by taken_at limit :most")
                    .bind("incidents", now.minus(ofIncidents))
                    .bind("others", now.minus(others))
                    .bind("most", PRUNED_AT_ONCE)
                    .map((rows, context) -> new Kept(
                            rows.getObject("id", UUID.class), rows.getString("path"), rows.getString("original_path")))
                    .list());
            for (Kept picture : over) {
                delete(picture.path());
                delete(picture.originalPath());
                database.inTransaction(tx -> tx.handle()
                        .createUpdate("update snapshot set deleted_at = :now where id = :id")
                        .bind("now", now)
                        .bind("id", picture.id())
                        .execute());
            }
            pruned += over.size();
        } while (over.size() == PRUNED_AT_ONCE);
        return pruned;
    }

    private void delete(String path) {
        try {
            Files.deleteIfExists(root.resolve(path));
        } catch (IOException e) {
            throw new UncheckedIOException("the picture " + path + " cannot be deleted: " + e.getMessage(), e);
        }
    }

    /** Path of a link that shows the ordinary copy to whoever has it, for a week: for messages to other systems. */
    public String link(UUID id) {
        long expires = clock.instant().plus(LINK_LIFE).getEpochSecond();
        return "/api/v1/shared/snapshots/" + id + "?expires=" + expires + "&signature=" + signature(id, expires);
    }

    byte[] shared(UUID id, long expires, String signature) {
        boolean valid = MessageDigest.isEqual(
                signature(id, expires).getBytes(StandardCharsets.US_ASCII),
                signature.getBytes(StandardCharsets.US_ASCII));
        if (!valid || clock.instant().getEpochSecond() > expires) {
            throw Problem.forbidden("This link has expired or was changed; take a new one from the order.")
                    .raised();
        }
        return picture(
                find(id).orElseThrow(() -> Problem.notFound("snapshot", id).raised()), true);
    }

    private byte[] picture(Row row, boolean annotated) {
        byte[] jpeg = read(row.path());
        return annotated
                ? drawing.draw(new PictureDrawing.Subject(
                        jpeg, row.cameraName(), row.takenAt(), row.timeZone(), row.zones(), row.detections()))
                : jpeg;
    }

    private byte[] read(String path) {
        try {
            return Files.readAllBytes(root.resolve(path));
        } catch (NoSuchFileException e) {
            throw Problem.of(410, "picture-deleted", "Deleted", "The picture is older than pictures are kept.")
                    .raised();
        } catch (IOException e) {
            throw new UncheckedIOException("the picture " + path + " cannot be read", e);
        }
    }

    private String signature(UUID id, long expires) {
        return HexFormat.of().formatHex(key.fingerprint(LINK, id + "|" + expires));
    }

    private Optional<Row> find(UUID id) {
        return database.transaction(tx -> tx.handle()
                .createQuery("select p.*, s.time_zone from snapshot p join site s on s.id = p.site where p.id = :id")
                .bind("id", id)
                .map((rows, context) -> row(rows))
                .findFirst());
    }

    private static Row row(ResultSet rows) throws SQLException {
        return new Row(
                rows.getObject("id", UUID.class),
                rows.getObject("site", UUID.class),
                rows.getString("camera_name"),
                rows.getTimestamp("taken_at").toInstant(),
                Json.read(rows.getString("detections"), new TypeReference<List<Detection>>() {}),
                Json.read(rows.getString("zones"), new TypeReference<List<Zone>>() {}),
                rows.getString("path"),
                rows.getString("original_path"),
                rows.getString("time_zone"));
    }

    /** Whole and on disk, or not there: written beside, forced, renamed, and the folder forced too. */
    private static void write(Path file, byte[] bytes) throws IOException {
        Path folder = file.getParent();
        if (folder == null) {
            throw new IOException("no folder for " + file);
        }
        Files.createDirectories(folder);
        Path draft = Files.createTempFile(folder, "new", ".part");
        try {
            try (FileChannel channel = FileChannel.open(draft, StandardOpenOption.WRITE)) {
                ByteBuffer buffer = ByteBuffer.wrap(bytes);
                while (buffer.hasRemaining()) {
                    channel.write(buffer);
                }
                channel.force(true);
            }
            Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE);
            for (Path each = folder; each != null && each.getNameCount() >= folder.getNameCount() - 3; ) {
                try (FileChannel channel = FileChannel.open(each, StandardOpenOption.READ)) {
                    channel.force(true);
                }
                each = each.getParent();
            }
        } finally {
            Files.deleteIfExists(draft);
        }
    }
}
