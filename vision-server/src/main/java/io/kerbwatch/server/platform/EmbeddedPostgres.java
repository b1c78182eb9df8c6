package io.kerbwatch.server.platform;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A PostgreSQL of our own in the data directory: durable (fsync and synchronous commit on), with a password
 * (SCRAM-SHA-256), on a loopback port, never as root. A postmaster left behind by a server that was killed is stopped,
 * then a new one is started over its files, which recovers them.
 */
public final class EmbeddedPostgres implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(EmbeddedPostgres.class);
    private static final String USER = "kerbwatch";
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private final Path folder;
    private final Path cluster;
    private final Path binaries;
    private final PostgresUser user;
    private final String password;
    private volatile int port;
    private volatile boolean stopped;

    private EmbeddedPostgres(Path folder, Path binaries, PostgresUser user, String password) {
        this.folder = folder;
        this.cluster = folder.resolve("cluster");
        this.binaries = binaries;
        this.user = user;
        this.password = password;
    }

    /** PostgreSQL could not be started; the message says why and what to do. */
    public static final class Failed extends IOException {
        private static final long serialVersionUID = 1L;

        Failed(String message) {
            super(message);
        }
    }

    /**
     * Starts it; the first time this unpacks and initialises some 100 MB and takes seconds.
     *
     * @param data the data directory, locked by the caller
     * @throws IOException if it does not start
     */
    public static EmbeddedPostgres start(Path data) throws IOException {
        Path folder = data.resolve("postgres");
        try {
            Files.createDirectories(folder);
            Path binaries = PostgresBinaries.unpack(folder);
            PostgresUser user = PostgresUser.choose(folder, folder.resolve("cluster"));
            EmbeddedPostgres postgres =
                    new EmbeddedPostgres(folder, binaries, user, password(folder.resolve("password")));
            postgres.initialise();
            postgres.stopLeftBehind();
            postgres.launch(freePort());
            return postgres;
        } catch (IOException e) {
            throw explained(data, e);
        }
    }

    /**
     * The connection to a PostgreSQL that another process of this machine runs over the directory.
     *
     * @return empty if none runs
     */
    public static Optional<Address> running(Path data) throws IOException {
        Path folder = data.resolve("postgres");
        Path file = folder.resolve("cluster").resolve("postmaster.pid");
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        List<String> lines = Files.readAllLines(file);
        if (lines.size() < 4
                || ProcessHandle.of(Long.parseLong(lines.get(0).trim())).isEmpty()) {
            return Optional.empty();
        }
        int port = Integer.parseInt(lines.get(3).trim());
        return Optional.of(new Address(url(port, USER), USER, password(folder.resolve("password"))));
    }

    /** Where a database is and how to get in. */
    public record Address(String url, String user, String password) {
        @Override
        public String toString() {
            return url + " as " + user;
        }
    }

    /** The database that the server uses. */
    public Address address() {
        return new Address(url(port, USER), USER, password);
    }

    /** Another database of the same PostgreSQL. */
    public Address address(String database) {
        return new Address(url(port, database), USER, password);
    }

    /** Process of the postmaster; empty if it does not run. */
    public Optional<ProcessHandle> process() throws IOException {
        Path file = cluster.resolve("postmaster.pid");
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        List<String> lines = Files.readAllLines(file);
        return lines.isEmpty()
                ? Optional.empty()
                : ProcessHandle.of(Long.parseLong(lines.get(0).trim()));
    }

    /** Starts it again on the same port after it was stopped or has died. */
    public synchronized void restart() throws IOException {
        stopped = false;
        stopLeftBehind();
        launch(port);
    }

    /**
     * Starts it again if it has died without being told to (killed for memory, say).
     *
     * @return whether it had
     */
    public synchronized boolean revive() throws IOException {
        if (stopped || process().filter(EmbeddedPostgres::works).isPresent()) {
            return false;
        }
        restart();
        return true;
    }

    /** Ends all sessions and stops it; everything committed is on disk. */
    public synchronized void stop() throws IOException {
        stopped = true;
        if (process().isPresent()) {
            run(List.of(tool("pg_ctl"), "stop", "-D", cluster.toString(), "-m", "fast", "-w", "-t", "60"));
        }
    }

    @Override
    public void close() throws IOException {
        stop();
    }

    private void initialise() throws IOException {
        Path version = cluster.resolve("PG_VERSION");
        String ours = major(run(List.of(tool("postgres"), "-V")));
        if (Files.exists(version)) {
            String theirs = Files.readString(version).trim();
            if (!theirs.equals(ours)) {
                throw new Failed(
                        "the data in " + cluster + " was written by PostgreSQL " + theirs + ", and this server brings "
                                + ours + "; export it with the version of Kerbwatch that wrote it");
            }
            user.own(cluster);
            return;
        }
        LOG.info("making a database in {}", cluster);
        Path draft = folder.resolve("cluster.new");
        deleteTree(draft);
        Files.createDirectory(draft);
        user.own(draft);
        Path secret = folder.resolve("initdb.password");
        Files.writeString(secret, password);
        user.own(secret);
        try {
            run(List.of(
                    tool("initdb"),
                    "-D",
                    draft.toString(),
                    "-U",
                    USER,
                    "--pwfile=" + secret,
                    "--auth=scram-sha-256",
                    "--encoding=UTF8",
                    "--locale-provider=builtin",
                    "--locale=C.UTF-8",
                    "--data-checksums"));
        } finally {
            Files.deleteIfExists(secret);
        }
        Files.move(draft, cluster);
    }

    private void launch(int wanted) throws IOException {
        Path log = folder.resolve("postgres.log");
        if (!Files.exists(log)) {
            Files.createFile(log);
        }
        user.own(log);
        String options = "-p " + wanted + " -c listen_addresses=127.0.0.1 -c unix_socket_directories="
                + " -c fsync=on -c synchronous_commit=on -c full_page_writes=on -c max_connections=120"
                + " -c shared_buffers=64MB -c timezone=UTC -c log_min_messages=warning"
                + " -c idle_in_transaction_session_timeout=5min";
        run(List.of(
                tool("pg_ctl"),
                "start",
                "-D",
                cluster.toString(),
                "-w",
                "-t",
                "60",
                "-l",
                log.toString(),
                "-o",
                options));
        port = wanted;
        createDatabase();
    }

    private void createDatabase() throws IOException {
        try (Connection connection = DriverManager.getConnection(url(port, "postgres"), USER, password);
                Statement statement = connection.createStatement();
                var found = statement.executeQuery("select 1 from pg_database where datname = '" + USER + "'")) {
            if (!found.next()) {
                statement.execute("create database " + USER);
            }
        } catch (SQLException e) {
            throw new IOException("PostgreSQL started, but cannot be used: " + e.getMessage(), e);
        }
    }

    private void stopLeftBehind() throws IOException {
        Optional<ProcessHandle> left = process();
        if (left.isEmpty()) {
            return;
        }
        ProcessHandle postmaster = left.get();
        if (works(postmaster)) {
            LOG.warn("stopping PostgreSQL (process {}) that a killed server left behind", postmaster.pid());
            try {
                run(List.of(tool("pg_ctl"), "stop", "-D", cluster.toString(), "-m", "fast", "-w", "-t", "60"));
                return;
            } catch (Failed e) {
                if (works(postmaster)) {
                    throw e;
                }
                LOG.debug("it was dying already", e);
            }
        }
        forgetDead(postmaster);
    }

    /** What was killed and not collected yet has a number, and no command line. */
    private static boolean works(ProcessHandle process) {
        return process.info().commandLine().orElse("").contains("postgres");
    }

    /**
     * A postmaster that was killed and that nobody has collected yet (a container without an init) still has its
     * number, and PostgreSQL would not start beside it. Its children end with it, within moments; ten seconds are many.
     * The number may also have gone to a program that has nothing to do with us.
     */
    private void forgetDead(ProcessHandle dead) throws IOException {
        try {
            dead.onExit().get(10, TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            Files.deleteIfExists(cluster.resolve("postmaster.pid"));
        } catch (ExecutionException e) {
            throw new IOException("cannot wait for process " + dead.pid(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while PostgreSQL was ending", e);
        }
    }

    private String tool(String name) {
        return binaries.resolve("bin").resolve(name).toString();
    }

    private String run(List<String> words) throws IOException {
        Path output = Files.createTempFile(folder, "run", ".out");
        try {
            Process process = new ProcessBuilder(user.command(words))
                    .directory(folder.toFile())
                    .redirectInput(ProcessBuilder.Redirect.from(new java.io.File("/dev/null")))
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile())
                    .start();
            if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new Failed(name(words) + " did not end within " + PATIENCE.toSeconds() + " s");
            }
            String said = Files.readString(output).trim();
            if (process.exitValue() != 0) {
                throw new Failed(name(words) + " failed: " + said + logTail());
            }
            return said;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while PostgreSQL was at work", e);
        } finally {
            Files.deleteIfExists(output);
        }
    }

    private static String name(List<String> words) {
        Path program = Path.of(words.get(0)).getFileName();
        return program + " " + (words.size() > 1 && words.get(1).matches("[a-z]+") ? words.get(1) : "");
    }

    private String logTail() throws IOException {
        Path log = folder.resolve("postgres.log");
        if (!Files.exists(log)) {
            return "";
        }
        List<String> lines = Files.readAllLines(log);
        return "\n" + String.join("\n", lines.subList(Math.max(0, lines.size() - 8), lines.size()));
    }

    private static IOException explained(Path data, IOException cause) {
        String text = String.valueOf(cause.getMessage());
        if (text.contains("No space left on device")) {
            return new IOException("the disk of " + data + " is full; make room and start again (" + text + ")", cause);
        }
        if (text.contains("ermission denied")) {
            return new IOException(
                    "PostgreSQL may not use " + data + "; give the user who runs it the right to (" + text + ")",
                    cause);
        }
        return cause;
    }

    private static String password(Path file) throws IOException {
        if (!Files.exists(file)) {
            byte[] bytes = new byte[24];
            new SecureRandom().nextBytes(bytes);
            Path draft = file.resolveSibling("password.new");
            Files.deleteIfExists(draft);
            if (file.getFileSystem().supportedFileAttributeViews().contains("posix")) {
                Files.createFile(
                        draft, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            }
            Files.writeString(draft, Base64.getUrlEncoder().withoutPadding().encodeToString(bytes));
            Files.move(draft, file);
        }
        return Files.readString(file, StandardCharsets.US_ASCII).trim();
    }

    private static String major(String version) {
        String number = version.replaceAll("^\\D*", "");
        return number.replaceAll("\\D.*$", "");
    }

    private static String url(int port, String database) {
        return "jdbc:postgresql://127.0.0.1:" + port + "/" + database;
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private static void deleteTree(Path tree) {
        if (!Files.exists(tree)) {
            return;
        }
        try (var paths = Files.walk(tree)) {
            paths.sorted(java.util.Comparator.reverseOrder()).forEach(path -> {
                try {
                    Files.delete(path);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
