package io.kerbwatch.server.platform;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The directory of everything that is kept, held by one server at a time. The lock ends with the process, however it ends. */
public final class DataDirectory implements AutoCloseable {
    private static final String LOCK = "kerbwatch.lock";
    /** Less than this and a database that grows will soon stop in the middle of its work. */
    private static final long NEEDED_BYTES = 512L << 20;

    private final Path path;
    private final FileChannel channel;
    private final FileLock lock;

    private DataDirectory(Path path, FileChannel channel, FileLock lock) {
        this.path = path;
        this.channel = channel;
        this.lock = lock;
    }

    /** The directory cannot be used; the message says why and what to do. */
    public static final class Unusable extends IOException {
        private static final long serialVersionUID = 1L;

        Unusable(String message, @Nullable Throwable cause) {
            super(message, cause);
        }
    }

    /**
     * Makes the directory if it is not there, checks that there is room, and takes it for this process.
     *
     * @throws Unusable if another server has it, the disk is full, or it cannot be written
     */
    public static DataDirectory take(Path path) throws Unusable {
        return take(path, NEEDED_BYTES);
    }

    /**
     * Makes the directory if it is not there and checks that there is room, as {@link #take} does; for whoever writes to
     * it before it is taken.
     *
     * @throws Unusable if the disk is full, or the directory cannot be made
     */
    public static void prepare(Path path) throws Unusable {
        try {
            prepare(path, NEEDED_BYTES);
        } catch (IOException e) {
            throw unusable(path, e);
        }
    }

    private static void prepare(Path path, long neededBytes) throws IOException {
        if (!Files.exists(path)) {
            Files.createDirectories(path);
            // Others may pass through, as PostgreSQL's user has to, and see nothing.
            restrict(path, "rwx--x--x");
        }
        long free = Files.getFileStore(path).getUsableSpace();
        if (free < neededBytes) {
            throw new Unusable(
                    "the disk of " + path + " has " + (free >> 20) + " MiB left and " + (neededBytes >> 20)
                            + " are needed to start; make room, or name another directory with --data",
                    null);
        }
    }

    static DataDirectory take(Path path, long neededBytes) throws Unusable {
        FileChannel channel = null;
        try {
            prepare(path, neededBytes);
            channel = FileChannel.open(
                    path.resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
            FileLock lock = tryLock(channel);
            if (lock == null) {
                throw new Unusable(
                        "another server (process " + holder(path) + ") is using " + path
                                + "; stop it, or name another directory with --data",
                        null);
            }
            DataDirectory taken = new DataDirectory(path, channel, lock);
            taken.note("");
            return taken;
        } catch (IOException e) {
            closeQuietly(channel);
            throw unusable(path, e);
        }
    }

    private static Unusable unusable(Path path, IOException e) {
        if (e instanceof Unusable told) {
            return told;
        }
        if (e instanceof AccessDeniedException || e instanceof FileAlreadyExistsException) {
            return new Unusable(
                    "the data directory " + path + " cannot be written; give this user the right to, or name another"
                            + " directory with --data",
                    e);
        }
        return new Unusable("the data directory " + path + " cannot be used: " + e.getMessage(), e);
    }

    /** Whether a server holds the directory now. */
    public static boolean taken(Path path) throws IOException {
        Path file = path.resolve(LOCK);
        if (!Files.exists(file)) {
            return false;
        }
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            FileLock lock = tryLock(channel);
            if (lock == null) {
                return true;
            }
            lock.release();
            return false;
        }
    }

    /** The address that the server which holds the directory is reached at; empty if it has told none yet. */
    public static Optional<String> address(Path path) throws IOException {
        String[] lines = Files.readString(path.resolve(LOCK)).split("\n", -1);
        return lines.length > 1 && !lines[1].isBlank() ? Optional.of(lines[1]) : Optional.empty();
    }

    /** Tells the command line where this server is reached. */
    public void note(String address) throws IOException {
        byte[] text = (ProcessHandle.current().pid() + "\n" + address + "\n").getBytes(StandardCharsets.UTF_8);
        channel.truncate(0);
        channel.write(ByteBuffer.wrap(text), 0);
        channel.force(true);
    }

    public Path path() {
        return path;
    }

    @Override
    public void close() throws IOException {
        try (FileChannel closing = channel) {
            closing.truncate(0);
            lock.release();
        }
    }

    /** Sets who may do what with a file or folder, on systems that know such rights. */
    public static void restrict(Path path, String permissions) throws IOException {
        if (path.getFileSystem().supportedFileAttributeViews().contains("posix")) {
            Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(permissions));
        }
    }

    private static String holder(Path path) throws IOException {
        return Files.readString(path.resolve(LOCK)).lines().findFirst().orElse("unknown");
    }

    private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException e) {
            return null; // held by this very process
        }
    }

    private static void closeQuietly(@Nullable FileChannel channel) {
        if (channel != null) {
            try {
                channel.close();
            } catch (IOException e) {
                // the reason that the caller is told is the better one
            }
        }
    }
}
