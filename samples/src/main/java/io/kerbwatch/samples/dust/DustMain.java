package io.kerbwatch.samples.dust;

import java.net.InetSocketAddress;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Plays monitors from a terminal, until it is interrupted. */
public final class DustMain {
    private DustMain() {}

    /** Takes HOST PORT [SPEED] [MONITORS]; the monitors are KWDUST01 and on, password 123456, in mg/m³. */
    public static void main(String[] arguments) throws InterruptedException {
        if (arguments.length < 2) {
            System.err.println("usage: HOST PORT [SPEED, default 60] [MONITORS, default 4]");
            System.exit(2);
        }
        double speed = arguments.length > 2 ? Double.parseDouble(arguments[2]) : 60;
        int count = arguments.length > 3 ? Integer.parseInt(arguments[3]) : 4;
        List<DustMonitor> monitors = new ArrayList<>();
        List<DustStory> stories = List.of(DustStory.values());
        for (int number = 1; number <= count; number++) {
            DustStory story = stories.get((number - 1) % stories.size());
            monitors.add(new DustMonitor(String.format(Locale.ROOT, "KWDUST%02d", number), "123456", story, 0.001));
        }
        // yesterday, so that no time is ahead of the receiver's clock
        Instant from = LocalDate.now(DustStory.ZONE)
                .minusDays(1)
                .atTime(LocalTime.of(6, 0))
                .atZone(DustStory.ZONE)
                .toInstant();
        InetSocketAddress server = new InetSocketAddress(arguments[0], Integer.parseInt(arguments[1]));
        try (DustSender sender = DustSender.start(server, monitors, 1, from, speed)) {
            while (!Thread.currentThread().isInterrupted()) {
                Thread.sleep(5000);
                System.err.printf(
                        Locale.ROOT,
                        "%s sent %d, stored %d, refused %d, unanswered %d%n",
                        sender.now(),
                        sender.sent(),
                        sender.stored(),
                        sender.refused(),
                        sender.unanswered());
            }
        }
    }
}
