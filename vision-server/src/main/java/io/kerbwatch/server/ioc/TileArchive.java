package io.kerbwatch.server.ioc;

import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.zip.GZIPInputStream;

/**
 * A base map in one file (PMTiles, version 3): a header of 127 bytes, directories that say where each tile lies, and the
 * tiles. Read from several threads.
 */
final class TileArchive implements AutoCloseable {
    private static final int HEADER = 127;
    private static final byte[] MAGIC = {'P', 'M', 'T', 'i', 'l', 'e', 's'};
    /** More than any directory or tile of a sane file has; a broken one must not take all memory. */
    private static final int LARGEST = 16 << 20;

    private static final int MOST_ENTRIES = 1 << 20;
    private static final int DEEPEST = 4;
    private static final int KEPT_DIRECTORIES = 64;

    private final Path file;
    private final FileChannel channel;
    private final Header header;
    private final Directory root;
    private final Map<Long, Directory> leaves = new LinkedHashMap<>(16, 0.75f, true);

    /**
     * What the header says.
     *
     * @param type of content of the tiles
     * @param encoding of the tiles as HTTP names it; empty for none
     * @param bounds west, south, east, north in degrees
     */
    record Header(
            long rootOffset,
            int rootLength,
            long leafOffset,
            long tileOffset,
            boolean packedDirectories,
            String encoding,
            String type,
            int minZoom,
            int maxZoom,
            double[] bounds) {}

    /** Entries in the order of their ids; a run of 0 leads to another directory. */
    private record Directory(long[] ids, long[] offsets, int[] lengths, int[] runs) {
        /** The last entry whose id is not over the one that is looked for; -1 if all are. */
        int find(long id) {
            int at = Arrays.binarySearch(ids, id);
            return at >= 0 ? at : -at - 2;
        }
    }

    private TileArchive(Path file, FileChannel channel, Header header, Directory root) {
        this.file = file;
        this.channel = channel;
        this.header = header;
        this.root = root;
    }

    /**
     * Opens an archive.
     *
     * @throws IOException if there is none that can be read, with a sentence that says what is wrong with it
     */
    static TileArchive open(Path file) throws IOException {
        FileChannel channel;
        try {
            channel = FileChannel.open(file, StandardOpenOption.READ);
        } catch (IOException e) {
            throw new IOException(file + " cannot be opened: " + e.getMessage(), e);
        }
        try {
            Header header = header(file, channel);
            Directory root = directory(file, channel, header, header.rootOffset(), header.rootLength());
            return new TileArchive(file, channel, header, root);
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    Header header() {
        return header;
    }

    /**
     * One tile, encoded as the header says.
     *
     * @throws IOException if the file is broken there
     */
    Optional<byte[]> tile(int zoom, int x, int y) throws IOException {
        if (zoom < header.minZoom() || zoom > header.maxZoom() || x < 0 || y < 0 || x >> zoom != 0 || y >> zoom != 0) {
            return Optional.empty();
        }
        long id = id(zoom, x, y);
        Directory directory = root;
        for (int depth = 0; depth < DEEPEST; depth++) {
            int at = directory.find(id);
            if (at < 0) {
                return Optional.empty();
            }
            if (directory.runs()[at] > 0) {
                return id < directory.ids()[at] + directory.runs()[at]
                        ? Optional.of(read(
                                file,
                                channel,
                                header.tileOffset() + directory.offsets()[at],
                                directory.lengths()[at]))
                        : Optional.empty();
            }
            directory = leaf(
                    header.leafOffset() + directory.offsets()[at], directory.lengths()[at]);
        }
        throw broken(file, "its directories are nested more than " + DEEPEST + " deep");
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }

    /** Along the Hilbert curve of each zoom, one zoom after the other. */
    static long id(int zoom, int x, int y) {
        long before = ((1L << (2 * zoom)) - 1) / 3;
        long along = 0;
        long column = x;
        long row = y;
        for (long half = 1L << zoom >> 1; half > 0; half >>= 1) {
            long right = (column & half) > 0 ? 1 : 0;
            long down = (row & half) > 0 ? 1 : 0;
            along += half * half * ((3 * right) ^ down);
            if (down == 0) {
                if (right == 1) {
                    column = half - 1 - (column & (half - 1));
                    row = half - 1 - (row & (half - 1));
                }
                long swapped = column;
                column = row;
                row = swapped;
            }
        }
        return before + along;
    }

    private Directory leaf(long offset, int length) throws IOException {
        synchronized (leaves) {
            Directory known = leaves.get(offset);
            if (known == null) {
                known = directory(file, channel, header, offset, length);
                leaves.put(offset, known);
                var oldest = leaves.keySet().iterator();
                while (leaves.size() > KEPT_DIRECTORIES) {
                    oldest.next();
                    oldest.remove();
                }
            }
            return known;
        }
    }

    private static Header header(Path file, FileChannel channel) throws IOException {
        if (channel.size() < HEADER) {
            throw broken(file, "it has " + channel.size() + " bytes and a header alone has " + HEADER);
        }
        ByteBuffer bytes = ByteBuffer.wrap(read(file, channel, 0, HEADER)).order(ByteOrder.LITTLE_ENDIAN);
        byte[] magic = new byte[MAGIC.length];
        bytes.get(magic);
        int version = bytes.get();
        if (!Arrays.equals(magic, MAGIC)) {
            throw broken(file, "it does not begin with 'PMTiles'");
        }
        if (version != 3) {
            throw broken(file, "it is of version " + version + "; write it anew as version 3");
        }
        long rootOffset = bytes.getLong(8);
        long rootLength = bytes.getLong(16);
        long leafOffset = bytes.getLong(40);
        long tileOffset = bytes.getLong(56);
        int directories = bytes.get(97);
        int tiles = bytes.get(98);
        int type = bytes.get(99);
        if (directories != 1 && directories != 2) {
            throw broken(file, "its directories are packed in a way (" + directories + ") that is not gzip");
        }
        if (rootOffset < HEADER || rootLength < 1 || rootLength > LARGEST) {
            throw broken(file, "its first directory lies at " + rootOffset + " with " + rootLength + " bytes");
        }
        String encoding =
                switch (tiles) {
                    case 0, 1 -> "";
                    case 2 -> "gzip";
                    case 3 -> "br";
                    case 4 -> "zstd";
                    default -> throw broken(file, "its tiles are packed in an unknown way (" + tiles + ")");
                };
        String content =
                switch (type) {
                    case 1 -> "application/vnd.mapbox-vector-tile";
                    case 2 -> "image/png";
                    case 3 -> "image/jpeg";
                    case 4 -> "image/webp";
                    case 5 -> "image/avif";
                    default -> throw broken(file, "its tiles are of an unknown type (" + type + ")");
                };
        double[] bounds = new double[4];
        for (int i = 0; i < 4; i++) {
            bounds[i] = bytes.getInt(102 + 4 * i) / 1e7;
        }
        int minZoom = bytes.get(100);
        int maxZoom = bytes.get(101);
        if (minZoom < 0 || maxZoom < minZoom || maxZoom > 26) {
            throw broken(file, "its zooms go from " + minZoom + " to " + maxZoom);
        }
        return new Header(
                rootOffset,
                (int) rootLength,
                leafOffset,
                tileOffset,
                directories == 2,
                encoding,
                content,
                minZoom,
                maxZoom,
                bounds);
    }

    private static Directory directory(Path file, FileChannel channel, Header header, long offset, int length)
            throws IOException {
        byte[] bytes = read(file, channel, offset, length);
        try (InputStream packed = new ByteArrayInputStream(bytes);
                InputStream in = header.packedDirectories() ? new GZIPInputStream(packed) : packed) {
            ByteBuffer plain = ByteBuffer.wrap(in.readNBytes(LARGEST));
            long count = varint(plain);
            if (count < 1 || count > MOST_ENTRIES) {
                throw broken(file, "a directory has " + count + " entries");
            }
            int n = (int) count;
            long[] ids = new long[n];
            int[] runs = new int[n];
            int[] lengths = new int[n];
            long[] offsets = new long[n];
            long id = 0;
            for (int i = 0; i < n; i++) {
                id = Math.addExact(id, varint(plain));
                ids[i] = id;
            }
            for (int i = 0; i < n; i++) {
                runs[i] = Math.toIntExact(varint(plain));
            }
            for (int i = 0; i < n; i++) {
                lengths[i] = Math.toIntExact(varint(plain));
            }
            for (int i = 0; i < n; i++) {
                long said = varint(plain);
                // 0 is directly behind the one before.
                offsets[i] = said == 0 && i > 0 ? offsets[i - 1] + lengths[i - 1] : said - 1;
            }
            return new Directory(ids, offsets, lengths, runs);
        } catch (EOFException | ArithmeticException e) {
            throw broken(file, "a directory at " + offset + " breaks off");
        } catch (IOException e) {
            throw broken(file, "a directory at " + offset + " cannot be read (" + e.getMessage() + ")");
        }
    }

    /** Seven bits a byte, the lowest first; the highest bit says that more come. */
    private static long varint(ByteBuffer bytes) throws EOFException {
        long value = 0;
        for (int shift = 0; shift < 63; shift += 7) {
            if (!bytes.hasRemaining()) {
                throw new EOFException();
            }
            int next = bytes.get();
            value |= (long) (next & 0x7f) << shift;
            if (next >= 0) {
                return value;
            }
        }
        throw new ArithmeticException("a number has more than 63 bits");
    }

    private static byte[] read(Path file, FileChannel channel, long offset, int length) throws IOException {
        if (offset < 0 || length < 0 || length > LARGEST || offset > channel.size() - length) {
            throw broken(file, length + " bytes at " + offset + " lie outside of it; it may be cut off");
        }
        ByteBuffer bytes = ByteBuffer.allocate(length);
        while (bytes.hasRemaining()) {
            if (channel.read(bytes, offset + bytes.position()) < 0) {
                throw broken(file, "it ends before " + (offset + length));
            }
        }
        return bytes.array();
    }

    private static IOException broken(Path file, String why) {
        return new IOException(file + " is no map that can be shown: " + why);
    }
}
