package io.kerbwatch.server.finding;

import io.kerbwatch.server.camera.JudgeStates;
import io.kerbwatch.server.platform.Tx;
import io.kerbwatch.vision.judge.JudgeState;
import io.kerbwatch.vision.judge.Kind;
import java.time.Instant;
import java.util.List;
import java.util.UUID;

/** What the judges remember, as rows. */
public final class JudgeMemory implements JudgeStates {
    @Override
    public List<JudgeState> load(Tx tx, UUID camera) {
        return tx.handle()
                .createQuery("select * from judge_state where camera = :camera")
                .bind("camera", camera)
                .map((rows, context) -> new JudgeState(
                        rows.getString("camera"),
                        rows.getString("zone"),
                        Kind.of(rows.getString("kind")),
                        rows.getBytes("bytes")))
                .list();
    }

    void keep(Tx tx, JudgeState state, Instant at) {
        tx.handle()
                .createUpdate("insert into judge_state (camera, zone, kind, bytes, at)"
                        + " values (:camera, :zone, :kind, :bytes, :at) on conflict (camera, zone, kind)"
                        + " do update set bytes = :bytes, at = :at")
                .bind("camera", UUID.fromString(state.camera()))
                .bind("zone", UUID.fromString(state.zone()))
                .bind("kind", state.kind().code())
                .bind("bytes", state.bytes())
                .bind("at", at)
                .execute();
    }
}
