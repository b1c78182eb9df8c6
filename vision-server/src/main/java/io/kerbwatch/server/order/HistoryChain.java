package io.kerbwatch.server.order;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The hash chain of an order's moves: each hash is SHA-256 over the hash before it and over all that the move says, so
 * that a row cannot be changed, taken out or put in without every later hash being wrong.
 */
final class HistoryChain {
    /** Stands before the first move. */
    static final byte[] BEGINNING = new byte[32];

    private HistoryChain() {}

    static byte[] hash(byte[] before, UUID order, OrderStore.Line line) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.write(before);
            put(out, order.toString());
            out.writeInt(line.number());
            put(out, line.at().toString());
            put(out, line.node());
            put(out, line.event());
            put(out, line.from());
            put(out, line.to());
            put(out, line.actor());
            put(out, line.actorName());
            put(out, line.role());
            put(out, line.reason());
            out.writeInt(line.round());
            put(out, line.idempotencyKey());
            put(out, line.snapshot() == null ? null : line.snapshot().toString());
            putMore(out, line);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes.toByteArray());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    /** What moves say since they say more; those that say nothing of it, as all did before, hash as they did. */
    private static void putMore(DataOutputStream out, OrderStore.Line line) throws IOException {
        Receiver receiver = line.receiver();
        Double seconds = line.seconds();
        Integer round = line.expectedRound();
        boolean nothing = receiver == null
                && line.opinion() == null
                && seconds == null
                && line.overdue().isEmpty()
                && line.attachments().isEmpty()
                && round == null;
        if (nothing) {
            return;
        }
        put(out, receiver == null ? null : receiver.kind());
        put(out, receiver == null ? null : receiver.id());
        put(out, receiver == null ? null : receiver.name());
        put(out, line.opinion());
        put(out, seconds == null ? null : Double.toHexString(seconds));
        out.writeInt(line.overdue().size());
        for (String clock : line.overdue()) {
            put(out, clock);
        }
        out.writeInt(line.attachments().size());
        for (UUID attachment : line.attachments()) {
            put(out, attachment.toString());
        }
        put(out, round == null ? null : round.toString());
    }

    /** With its length in front: otherwise what is taken from one text could be put at the end of its neighbour. */
    private static void put(DataOutputStream out, @Nullable String text) throws IOException {
        if (text == null) {
            out.writeInt(-1);
            return;
        }
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        out.writeInt(bytes.length);
        out.write(bytes);
    }
}
