package io.kerbwatch.server.photo;

import io.kerbwatch.server.crew.Position;
import io.kerbwatch.server.platform.Caller;
import io.kerbwatch.server.platform.DataDirectory;
import io.kerbwatch.server.platform.Database;
import io.kerbwatch.server.platform.Ids;
import io.kerbwatch.server.platform.Problem;
import io.kerbwatch.server.platform.Rows;
import io.kerbwatch.server.platform.Tx;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;
import org.jspecify.annotations.Nullable;

/** Keeps the photos that crews take, and says of each what does not fit. */
public final class Photos {
    /** Farther than this from the place it shows something else; phones between houses are off by some 50 m. */
    static final double FAR_METERS = 200;
    /** Of 64 bits; pictures of the same place on two days differ in more. */
    static final int SAME_WITHIN_BITS = 6;

    private static final Duration CLOCKS_DIFFER = Duration.ofMinutes(2);
    private static final long MOST_PIXELS = 50_000_000;
    private static final DateTimeFormatter FOLDER =
            DateTimeFormatter.ofPattern("yyyy/MM/dd").withZone(ZoneOffset.UTC);

    private final Database database;
    private final InstantSource clock;
    private final Ids ids;
    private final Path root;
    private final PhotoCleaning cleaning;

    public Photos(Database database, InstantSource clock, Ids ids, Path data, PhotoCleaning cleaning) {
        this.database = database;
        this.clock = clock;
        this.ids = ids;
        this.root = data.resolve("photos");
        this.cleaning = cleaning;
    }

    /** A photo as a phone sends it; the picture in Base64. */
    public record Sent(
            String jpeg,
            Instant takenAt,
            @Nullable Double latitude,
            @Nullable Double longitude) {
        /**
         * From where it was taken to a place; empty if either is not known.
         *
         * @param there WGS84, degrees
         * @param thereEast WGS84, degrees
         */
        public Optional<Double> metersTo(@Nullable Double there, @Nullable Double thereEast) {
            if (there == null || thereEast == null || latitude == null || longitude == null) {
                return Optional.empty();
            }
            Position taken = new Position(latitude, longitude, takenAt);
            return Optional.of(Math.round(taken.metersTo(there, thereEast) * 10) / 10.0);
        }
    }

    /**
     * What it is a photo of: the work of an order, or what was seen at a check of a site.
     *
     * @param round of the order
     * @param meters from where it was taken to the place; empty if either is not known
     * @param since when whoever took it began: the order came to them, or the check was made
     */
    public record Subject(
            @Nullable UUID order, int round, @Nullable UUID check, UUID site, Optional<Double> meters, Instant since) {
        public static Subject ofOrder(UUID order, int round, UUID site, Optional<Double> meters, Instant since) {
            return new Subject(order, round, null, site, meters, since);
        }

        public static Subject ofCheck(UUID check, UUID site, Optional<Double> meters, Instant since) {
            return new Subject(null, 1, check, site, meters, since);
        }
    }

    /**
     * Keeps a photo.
     *
     * @throws Problem.Raised 400 if it is no JPEG, or larger than any phone takes
     */
    public Photo keep(Tx tx, Caller caller, Subject subject, Sent sent) {
        byte[] jpeg = cleaned(sent.jpeg());
        long hash = PerceptualHash.of(decoded(jpeg));
        Instant now = clock.instant();
        UUID id = ids.next();
        UUID sameAs = alike(tx, hash).orElse(null);
        Photo photo = new Photo(
                id,
                subject.order(),
                subject.round(),
                subject.check(),
                caller.name(),
                sent.takenAt(),
                now,
                sent.latitude(),
                sent.longitude(),
                subject.meters().orElse(null),
                findings(subject, sent, now, sameAs),
                sameAs);
        String path = FOLDER.format(now) + "/" + id + ".jpg";
        write(path, jpeg);
        tx.handle()
                .createUpdate(
                        "insert into photo (id, order_id, round, site_check, site, actor, actor_name, taken_at, received_at,"
                                + " latitude, longitude, meters, findings, same_as, hash, path) values (:id, :order, :round,"
                                + " :check, :site, :actor, :actorName, :taken, :received, :latitude, :longitude, :meters, :findings,"
                                + " :sameAs, :hash, :path)")
                .bind("id", id)
                .bind("order", subject.order())
                .bind("round", subject.round())
                .bind("check", subject.check())
                .bind("site", subject.site())
                .bind("actor", caller.id())
                .bind("actorName", caller.name())
                .bind("taken", sent.takenAt())
                .bind("received", now)
                .bind("latitude", sent.latitude())
                .bind("longitude", sent.longitude())
                .bind("meters", photo.meters())
                .bind("findings", photo.findings().toArray(String[]::new))
                .bind("sameAs", sameAs)
                .bind("hash", hash)
                .bind("path", path)
                .execute();
        return photo;
    }

    /** The photos of an order, the first one first. */
    public List<Photo> of(Tx tx, UUID order) {
        return tx.handle()
                .createQuery("select * from photo where order_id = :order order by id")
                .bind("order", order)
                .map((rows, context) -> read(rows))
                .list();
    }

    /** The photos of checks of sites, by the check, the first one first. */
    public Map<UUID, List<Photo>> ofChecks(Tx tx, List<UUID> checks) {
        Map<UUID, List<Photo>> found = new HashMap<>();
        tx.handle()
                .createQuery("select * from photo where site_check = any(:checks) order by id")
                .bind("checks", checks.toArray(UUID[]::new))
                .map((rows, context) -> Map.entry(rows.getObject("site_check", UUID.class), read(rows)))
                .forEach(each -> found.computeIfAbsent(each.getKey(), check -> new ArrayList<>())
                        .add(each.getValue()));
        return found;
    }

    /**
     * A photo as JPEG.
     *
     * @throws Problem.Raised 404 if there is none or the caller may not see it, 410 if its time is over
     */
    public byte[] picture(Caller caller, UUID id) {
        String path = database.transaction(tx -> tx.handle()
                        .createQuery("select path from photo where id = :id and (:all or site = any(:sites))")
                        .bind("id", id)
                        .bind("all", caller.sites().isEmpty())
                        .bind("sites", caller.siteArray())
                        .mapTo(String.class)
                        .findFirst())
                .orElseThrow(() -> Problem.notFound("photo", id).raised());
        try {
            return Files.readAllBytes(root.resolve(path));
        } catch (NoSuchFileException e) {
            throw Problem.of(410, "picture-deleted", "Deleted", "The photo is older than photos are kept.")
                    .raised();
        } catch (IOException e) {
            throw new UncheckedIOException("the photo " + path + " cannot be read", e);
        }
    }

    /**
     * Deletes the files of photos that are older than that; what is known of them stays.
     *
     * @return how many
     * @throws UncheckedIOException if a file cannot be deleted; it is tried again the next time
     */
    public int prune(Duration kept) {
        Instant now = clock.instant();
        Map<UUID, String> over = database.transaction(tx -> tx.handle()
                .createQuery("select id, path from photo where deleted_at is null and received_at < :before")
                .bind("before", now.minus(kept))
                .reduceRows(new HashMap<>(), (paths, row) -> {
                    paths.put(row.getColumn("id", UUID.class), row.getColumn("path", String.class));
                    return paths;
                }));
        over.forEach((id, path) -> {
            try {
                Files.deleteIfExists(root.resolve(path));
            } catch (IOException e) {
                throw new UncheckedIOException("the photo " + path + " cannot be deleted: " + e.getMessage(), e);
            }
            database.inTransaction(tx -> tx.handle()
                    .createUpdate("update photo set deleted_at = :now where id = :id")
                    .bind("now", now)
                    .bind("id", id)
                    .execute());
        });
        return over.size();
    }

    private static List<String> findings(Subject subject, Sent sent, Instant now, @Nullable UUID sameAs) {
        List<String> findings = new ArrayList<>();
        if (sent.latitude() == null || sent.longitude() == null) {
            findings.add("no-position");
        }
        if (subject.meters().filter(meters -> meters > FAR_METERS).isPresent()) {
            findings.add("far");
        }
        if (sent.takenAt().isBefore(subject.since().minus(CLOCKS_DIFFER))) {
            findings.add("taken-before");
        }
        if (sent.takenAt().isAfter(now.plus(CLOCKS_DIFFER))) {
            findings.add("taken-later");
        }
        if (sameAs != null) {
            findings.add("seen-before");
        }
        return findings;
    }

    private static Optional<UUID> alike(Tx tx, long hash) {
        return tx.handle()
                .createQuery("select id from photo where bit_count(cast(hash # :hash as bit(64))) <= :most"
                        + " order by bit_count(cast(hash # :hash as bit(64))), id limit 1")
                .bind("hash", hash)
                .bind("most", SAME_WITHIN_BITS)
                .mapTo(UUID.class)
                .findFirst();
    }

    private byte[] cleaned(String base64) {
        try {
            byte[] bytes = Base64.getDecoder().decode(base64);
            long pixels = pixels(bytes);
            if (pixels > MOST_PIXELS) {
                throw Problem.invalid(
                                "/jpeg",
                                "The photo has " + pixels + " pixels, more than " + MOST_PIXELS + "; make it smaller.")
                        .raised();
            }
            return cleaning.clean(bytes);
        } catch (IllegalArgumentException | IOException e) {
            throw Problem.invalid("/jpeg", "This is no JPEG in Base64.").raised();
        }
    }

    /** By its head alone: nothing is unpacked before it is known to be of a sensible size. */
    private static long pixels(byte[] jpeg) throws IOException {
        try (ImageInputStream in = ImageIO.createImageInputStream(new ByteArrayInputStream(jpeg))) {
            Iterator<ImageReader> readers = ImageIO.getImageReadersByFormatName("jpeg");
            ImageReader reader = readers.next();
            try {
                reader.setInput(in, true, true);
                return (long) reader.getWidth(0) * reader.getHeight(0);
            } finally {
                reader.dispose();
            }
        }
    }

    private static BufferedImage decoded(byte[] jpeg) {
        try {
            BufferedImage picture = ImageIO.read(new ByteArrayInputStream(jpeg));
            if (picture == null) {
                throw new IllegalStateException("a photo that was encoded here cannot be read");
            }
            return picture;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void write(String path, byte[] jpeg) {
        Path file = root.resolve(path);
        try {
            if (!Files.exists(root)) {
                Files.createDirectories(root);
                DataDirectory.restrict(root, "rwx------");
            }
            Path folder = Files.createDirectories(
                    Optional.ofNullable(file.getParent()).orElse(root));
            Path draft = Files.createTempFile(folder, "new", ".part");
            Files.write(draft, jpeg);
            Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new UncheckedIOException("the photo " + path + " cannot be written: " + e.getMessage(), e);
        }
    }

    private static Photo read(ResultSet rows) throws SQLException {
        return new Photo(
                rows.getObject("id", UUID.class),
                Rows.id(rows, "order_id"),
                rows.getInt("round"),
                Rows.id(rows, "site_check"),
                rows.getString("actor_name"),
                rows.getTimestamp("taken_at").toInstant(),
                rows.getTimestamp("received_at").toInstant(),
                Rows.number(rows, "latitude"),
                Rows.number(rows, "longitude"),
                Rows.number(rows, "meters"),
                Rows.texts(rows, "findings"),
                Rows.id(rows, "same_as"));
    }
}
