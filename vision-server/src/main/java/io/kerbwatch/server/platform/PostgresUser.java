package io.kerbwatch.server.platform;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.UserPrincipal;
import java.nio.file.attribute.UserPrincipalNotFoundException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * As whom PostgreSQL runs. It refuses to run as root, and rightly so: then it is started as another user, who owns its
 * files. Where that user cannot reach the data directory (it lies under a home folder of root), it is started in a user
 * namespace of its own, in which it has no rights but those over root's files.
 *
 * @param prefix what to put before each command
 * @param owner who has to own the files
 */
record PostgresUser(List<String> prefix, UserPrincipal owner) {
    /** Looked for in this order; all systems have the last. */
    private static final List<String> CANDIDATES = List.of("kerbwatch", "postgres", "nobody");

    PostgresUser {
        prefix = List.copyOf(prefix);
    }

    /**
     * Chooses for a folder; whoever owns its cluster already goes on owning it.
     *
     * @param folder exists
     * @param cluster may not exist yet
     * @throws IOException if this process is root and nobody else can be had
     */
    static PostgresUser choose(Path folder, Path cluster) throws IOException {
        UserPrincipal self = Files.getOwner(Files.createTempFile(folder, "owner", ".tmp"));
        clean(folder);
        if (!self.getName().equals("root")) {
            return new PostgresUser(List.of(), self);
        }
        List<String> names = new ArrayList<>(CANDIDATES);
        if (Files.exists(cluster)) {
            names = List.of(Files.getOwner(cluster).getName());
        }
        for (String name : names) {
            if (name.equals("root")) {
                break;
            }
            PostgresUser user = other(folder, name);
            if (user != null && user.runs(folder)) {
                return user;
            }
        }
        PostgresUser apart = new PostgresUser(List.of("unshare", "-U"), self);
        if (apart.runs(folder)) {
            return apart;
        }
        throw new IOException("PostgreSQL does not run as root, and neither setpriv nor unshare works here; start this"
                + " server as an ordinary user, or put the data directory where the user 'nobody' can reach it");
    }

    /** Gives files to the owner; folders with all that is in them. */
    void own(Path path) throws IOException {
        if (prefix.isEmpty()) {
            return;
        }
        try (var paths = Files.walk(path)) {
            for (Path each : paths.toList()) {
                Files.setOwner(each, owner);
            }
        }
    }

    List<String> command(List<String> words) {
        List<String> command = new ArrayList<>(prefix);
        command.addAll(words);
        return command;
    }

    private static @org.jspecify.annotations.Nullable PostgresUser other(Path folder, String name) throws IOException {
        try {
            UserPrincipal owner =
                    folder.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByName(name);
            String group = groupOf(name);
            return new PostgresUser(
                    List.of("setpriv", "--reuid", name, "--regid", group, "--clear-groups", "--no-new-privs"), owner);
        } catch (UserPrincipalNotFoundException e) {
            return null;
        }
    }

    private static String groupOf(String user) throws IOException {
        for (String line : Files.readAllLines(Path.of("/etc/passwd"))) {
            String[] fields = line.split(":", -1);
            if (fields.length > 3 && fields[0].equals(user)) {
                return fields[3];
            }
        }
        return user;
    }

    private boolean runs(Path folder) {
        try {
            Process process = new ProcessBuilder(command(List.of("test", "-x", folder.toString())))
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            return process.waitFor(10, TimeUnit.SECONDS) && process.exitValue() == 0;
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private static void clean(Path folder) throws IOException {
        try (var files = Files.newDirectoryStream(folder, "owner*.tmp")) {
            for (Path file : files) {
                Files.delete(file);
            }
        }
    }
}
