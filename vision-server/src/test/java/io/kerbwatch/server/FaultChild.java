package io.kerbwatch.server;

import io.kerbwatch.server.platform.Settings;
import io.kerbwatch.vision.detect.Box;
import io.kerbwatch.vision.judge.Finding;
import io.kerbwatch.vision.judge.JudgeState;
import io.kerbwatch.vision.judge.Kind;
import io.kerbwatch.vision.snapshot.Snapshot;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.UUID;

/** A server in a process of its own that is fed findings until someone kills it. */
final class FaultChild {
    private FaultChild() {}

    /** Arguments: data directory, first finding, findings, then ids of cameras. Prints the number of each that was taken. */
    public static void main(String[] arguments) throws Exception {
        Settings settings = Settings.defaults()
                .with(Settings.DATA, arguments[0])
                .with(Settings.SERVER_LISTEN, "127.0.0.1:0")
                .with(Settings.DISPATCH_ALLOW, "loopback");
        List<String> cameras = List.of(arguments).subList(3, arguments.length);
        Kerbwatch server = Kerbwatch.start(settings, new TestVision(), InstantSource.system());
        for (int i = Integer.parseInt(arguments[1]); i < Integer.parseInt(arguments[2]); i++) {
            Finding finding = finding(i, cameras);
            server.findings()
                    .accept(
                            finding,
                            new JudgeState(
                                    finding.camera(),
                                    finding.zone(),
                                    finding.kind(),
                                    Integer.toString(i).getBytes(StandardCharsets.UTF_8)),
                            new Snapshot(
                                    UUID.randomUUID(),
                                    finding.at(),
                                    8,
                                    8,
                                    TestVision.JPEG,
                                    TestVision.JPEG,
                                    List.of()));
            System.out.println("taken " + i);
        }
        System.out.println("all");
        Thread.sleep(Duration.ofMinutes(5).toMillis()); // until it is killed; what is in the outbox goes on
    }

    /** The same for the same number, as a camera would tell it again: dirty, clean, dirty, … at each camera in turn. */
    static Finding finding(int number, List<String> cameras) {
        String camera = cameras.get(number % cameras.size());
        boolean dirty = number / cameras.size() % 2 == 0;
        return Finding.of(
                camera,
                camera,
                Kind.OVERFLOW,
                dirty ? Finding.Type.CONFIRMED : Finding.Type.CLEARED,
                Instant.parse("2026-11-23T02:00:00Z").plusSeconds(number),
                List.of(new Box(0.1, 0.1, 0.2, 0.2)),
                0.8);
    }
}
