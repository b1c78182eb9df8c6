package io.kerbwatch.server.snapshot;

import io.kerbwatch.server.platform.Operations;
import io.kerbwatch.server.platform.Reply;
import io.kerbwatch.server.platform.Request;
import java.util.UUID;

/** Snapshots over HTTP. */
public final class SnapshotRoutes {
    private final Snapshots snapshots;

    public SnapshotRoutes(Snapshots snapshots) {
        this.snapshots = snapshots;
    }

    public void mount(Operations operations) {
        operations
                .on("getSnapshot", this::get)
                .on(
                        "getSharedSnapshot",
                        request -> jpeg(snapshots.shared(
                                request.id("snapshotId"),
                                request.number("expires", 0),
                                request.query("signature").orElse(""))));
    }

    private Reply get(Request request) {
        UUID id = request.id("snapshotId");
        return jpeg(
                request.flag("original", false)
                        ? snapshots.original(request.caller(), id)
                        : snapshots.picture(request.caller(), id, request.flag("annotated", true)));
    }

    private static Reply jpeg(byte[] picture) {
        // A snapshot never changes; but what people may see may, so only their own browser keeps it for a while.
        return Reply.of("image/jpeg", picture).with("cache-control", "private, max-age=300");
    }
}
