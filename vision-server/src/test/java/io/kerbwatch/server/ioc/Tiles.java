package io.kerbwatch.server.ioc;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.GZIPOutputStream;

/** Writes maps as other programs write them, of tiles whose content is their name. */
final class Tiles {
    private final TreeMap<Long, byte[]> tiles = new TreeMap<>();

    static byte[] content(int zoom, int x, int y) {
        return (zoom + "/" + x + "/" + y).getBytes(StandardCharsets.UTF_8);
    }

    Tiles pyramid(int deepest) {
        for (int zoom = 0; zoom <= deepest; zoom++) {
            for (int x = 0; x < 1 << zoom; x++) {
                for (int y = 0; y < 1 << zoom; y++) {
                    tiles.put(TileArchive.id(zoom, x, y), content(zoom, x, y));
                }
            }
        }
        return this;
    }

    /** With directories of so many entries; the first one leads to them if there are more. */
    Path write(Path file, int deepest, int entries) throws IOException {
        ByteArrayOutputStream data = new ByteArrayOutputStream();
        List<long[]> all = new ArrayList<>(); // id, run, length, offset
        for (Map.Entry<Long, byte[]> tile : tiles.entrySet()) {
            all.add(new long[] {tile.getKey(), 1, tile.getValue().length, data.size()});
            data.write(tile.getValue());
        }
        ByteArrayOutputStream leaves = new ByteArrayOutputStream();
        List<long[]> first = all;
        if (all.size() > entries) {
            first = new ArrayList<>();
            for (int from = 0; from < all.size(); from += entries) {
                byte[] leaf = directory(all.subList(from, Math.min(all.size(), from + entries)));
                first.add(new long[] {all.get(from)[0], 0, leaf.length, leaves.size()});
                leaves.write(leaf);
            }
        }
        byte[] root = directory(first);
        ByteBuffer header = ByteBuffer.allocate(127).order(ByteOrder.LITTLE_ENDIAN);
        header.put("PMTiles".getBytes(StandardCharsets.US_ASCII)).put((byte) 3);
        long leafOffset = 127L + root.length;
        long dataOffset = leafOffset + leaves.size();
        header.putLong(127).putLong(root.length);
        header.putLong(leafOffset).putLong(0);
        header.putLong(leafOffset).putLong(leaves.size());
        header.putLong(dataOffset).putLong(data.size());
        header.putLong(all.size()).putLong(all.size()).putLong(all.size());
        header.put((byte) 1)
                .put((byte) 2)
                .put((byte) 1)
                .put((byte) 1)
                .put((byte) 0)
                .put((byte) deepest);
        for (double edge : new double[] {113.8, 22.4, 114.2, 22.7}) {
            header.putInt((int) Math.round(edge * 1e7));
        }
        ByteArrayOutputStream whole = new ByteArrayOutputStream();
        whole.write(header.array());
        whole.write(root);
        whole.write(leaves.toByteArray());
        whole.write(data.toByteArray());
        return Files.write(file, whole.toByteArray());
    }

    private static byte[] directory(List<long[]> entries) throws IOException {
        ByteArrayOutputStream plain = new ByteArrayOutputStream();
        varint(plain, entries.size());
        long last = 0;
        for (long[] entry : entries) {
            varint(plain, entry[0] - last);
            last = entry[0];
        }
        entries.forEach(entry -> varint(plain, entry[1]));
        entries.forEach(entry -> varint(plain, entry[2]));
        long behind = -1;
        for (long[] entry : entries) {
            varint(plain, entry[3] == behind ? 0 : entry[3] + 1);
            behind = entry[3] + entry[2];
        }
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(packed)) {
            plain.writeTo(gzip);
        }
        return packed.toByteArray();
    }

    private static void varint(ByteArrayOutputStream out, long value) {
        long left = value;
        while (left >= 0x80) {
            out.write((int) ((left & 0x7f) | 0x80));
            left >>>= 7;
        }
        out.write((int) left);
    }
}
