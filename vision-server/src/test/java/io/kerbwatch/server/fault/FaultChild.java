package io.kerbwatch.server.fault;

import io.kerbwatch.server.Kerbwatch;
import io.kerbwatch.server.TestVision;
import io.kerbwatch.server.account.Accounts;
import io.kerbwatch.server.camera.Watching;
import io.kerbwatch.server.platform.Caller;
import io.kerbwatch.server.platform.Settings;
import io.kerbwatch.vision.detect.Box;
import io.kerbwatch.vision.judge.Finding;
import io.kerbwatch.vision.judge.JudgeState;
import io.kerbwatch.vision.judge.Kind;
import io.kerbwatch.vision.snapshot.Snapshot;
import io.kerbwatch.vision.watch.FindingSink;
import io.kerbwatch.vision.watch.Verification;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A whole server in a process of its own, whose cameras see what it is told. Arguments: settings as {@code key=value}.
 * Prints {@code ready URL TOKEN} once it listens. A line {@code NUMBER CAMERA} is a finding, answered by {@code taken NUMBER}
 * when it is stored, or by {@code failed NUMBER WHY}.
 */
final class FaultChild {
    private static final Instant FIRST = Instant.parse("2026-11-23T02:00:00Z");
    private static final long AGAIN_AFTER_MILLIS = 300;

    private final ScheduledExecutorService threads = Executors.newScheduledThreadPool(4);

    private FaultChild() {}

    public static void main(String[] arguments) throws Exception {
        Map<String, String> flags = new HashMap<>();
        for (String argument : arguments) {
            int equals = argument.indexOf('=');
            flags.put(argument.substring(0, equals), argument.substring(equals + 1));
        }
        new FaultChild().serve(Settings.load(null, Map.of(), flags));
    }

    private void serve(Settings settings) throws Exception {
        Eyes eyes = new Eyes();
        try (Kerbwatch server = Kerbwatch.start(settings, eyes, InstantSource.system())) {
            String token = server.accounts()
                    .createToken(Caller.SYSTEM, new Accounts.NewToken("test", "admin", null, null, null, null))
                    .secret();
            say("ready " + server.url() + " " + token);
            try (BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
                for (String line = in.readLine(); line != null; line = in.readLine()) {
                    String[] words = line.split(" ", -1);
                    threads.execute(() -> tell(server.findings(), Integer.parseInt(words[0]), words[1]));
                }
            }
        } finally {
            threads.shutdownNow();
        }
    }

    private static void tell(FindingSink sink, int number, String camera) {
        Finding finding = Finding.of(
                camera,
                camera,
                Kind.OVERFLOW,
                Finding.Type.CONFIRMED,
                FIRST.plusSeconds(number),
                List.of(new Box(0.1, 0.1, 0.2, 0.2)),
                0.8);
        try {
            sink.accept(finding, new JudgeState(camera, camera, finding.kind(), new byte[] {1, 2, 3}), snapshot());
            say("taken " + number);
        } catch (RuntimeException e) {
            say("failed " + number + " " + e);
        }
    }

    private static Snapshot snapshot() {
        return new Snapshot(UUID.randomUUID(), Instant.now(), 8, 8, TestVision.JPEG, TestVision.JPEG, List.of());
    }

    private static synchronized void say(String what) {
        System.out.println(what.replace('\n', ' '));
        System.out.flush();
    }

    /** Sees one place in five still dirty after the first work, and all others clean. */
    private final class Eyes extends TestVision {
        private @Nullable FindingSink sink;

        @Override
        public Watching watch(FindingSink taker) {
            sink = taker;
            return this;
        }

        @Override
        public void verify(Verification question) {
            answer(question, ThreadLocalRandom.current().nextInt(300));
        }

        private void answer(Verification question, long afterMillis) {
            var unused = threads.schedule(
                    () -> {
                        String[] parts = question.id().split("/", -1);
                        boolean dirty = parts[1].equals("1") && Math.floorMod(parts[0].hashCode(), 5) == 0;
                        try {
                            Objects.requireNonNull(sink)
                                    .verified(new Verification.Answer(
                                            question,
                                            dirty ? Verification.Outcome.DIRTY : Verification.Outcome.CLEAN,
                                            Instant.now(),
                                            dirty ? List.of("overflow is left") : List.of(),
                                            snapshot()));
                        } catch (RuntimeException e) {
                            answer(question, AGAIN_AFTER_MILLIS); // as a real camera does until it is heard
                        }
                    },
                    afterMillis,
                    TimeUnit.MILLISECONDS);
        }
    }
}
