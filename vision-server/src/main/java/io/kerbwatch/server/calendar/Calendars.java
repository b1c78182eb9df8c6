package io.kerbwatch.server.calendar;

import io.kerbwatch.server.platform.Json;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The calendars that rules may name, with the holidays of every year that is known. What is shipped gives way to what
 * stands in {@code DATA/calendar}: {@code YYYY.json} for a year, {@code calendars.json} for calendars by their names.
 */
public final class Calendars {
    /** Time as it goes by. */
    public static final String NATURAL = "natural";

    private static final Logger LOG = LoggerFactory.getLogger(Calendars.class);
    private static final String HOURS_FILE = "calendars.json";

    private final Map<String, WorkCalendar> calendars;
    private final Map<Integer, Known> years;

    private Calendars(Map<String, WorkCalendar> calendars, Map<Integer, Known> years) {
        this.calendars = calendars;
        this.years = years;
    }

    /**
     * A year, and where its days came from.
     *
     * @param origin {@code shipped}, or the file in the data directory
     */
    public record Known(CalendarYear year, String origin) {}

    /** A file of calendars; years are those that are shipped beside it. */
    private record Listed(@Nullable List<Integer> years, List<Wanted> calendars) {}

    private record Wanted(String name, String days, List<Hours> hours) {}

    /** A calendar file cannot be used; the message says which, what is wrong and what to do. */
    public static final class Unusable extends IOException {
        private static final long serialVersionUID = 1L;

        Unusable(String message, Throwable cause) {
            super(message, cause);
        }
    }

    /** What is shipped alone. */
    public static Calendars shipped() {
        Listed listed = Json.read(resource(HOURS_FILE), Listed.class);
        Map<Integer, Known> years = new TreeMap<>();
        for (int year : Optional.ofNullable(listed.years()).orElse(List.of())) {
            years.put(year, new Known(year(resource(year + ".json"), year), "shipped"));
        }
        return of(listed.calendars(), years);
    }

    /**
     * What is shipped, and over it what stands in the data directory.
     *
     * @throws Unusable if a file there is wrong
     */
    public static Calendars load(Path data, InstantSource clock) throws IOException {
        Path folder = data.resolve("calendar");
        Listed listed = Json.read(resource(HOURS_FILE), Listed.class);
        Map<String, Wanted> wanted = new LinkedHashMap<>();
        listed.calendars().forEach(each -> wanted.put(each.name(), each));
        Map<Integer, Known> years = new TreeMap<>(shipped().years);
        for (Path file : files(folder)) {
            String name = String.valueOf(file.getFileName());
            try {
                if (name.equals(HOURS_FILE)) {
                    Json.read(Files.readAllBytes(file), Listed.class)
                            .calendars()
                            .forEach(each -> wanted.put(each.name(), each));
                    of(wanted.values(), years);
                } else {
                    int year = number(name);
                    years.put(year, new Known(year(Files.readAllBytes(file), year), "DATA/calendar/" + name));
                }
            } catch (UncheckedIOException | IllegalArgumentException | NullPointerException e) {
                throw new Unusable(
                        "the calendar file " + file + " cannot be used: " + e.getMessage()
                                + "; correct it, or take it out of the folder to use what is shipped",
                        e);
            }
        }
        Calendars loaded = of(wanted.values(), years);
        loaded.warn(LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC).getYear());
        return loaded;
    }

    /** The calendar of that name, if there is one. */
    public Optional<WorkCalendar> find(String name) {
        return Optional.ofNullable(calendars.get(name));
    }

    /** The calendar of that name; the natural one where it is gone, for a clock that runs early is seen. */
    public WorkCalendar named(String name) {
        WorkCalendar natural = calendars.get(NATURAL);
        WorkCalendar named = calendars.getOrDefault(name, natural);
        if (named == null) {
            throw new IllegalStateException("the natural calendar is not in the jar");
        }
        return named;
    }

    /** All of them, in the order of the file. */
    public Collection<WorkCalendar> all() {
        return calendars.values();
    }

    /** The years whose holidays are known, in their order. */
    public Collection<Known> years() {
        return years.values();
    }

    private static Calendars of(Collection<Wanted> wanted, Map<Integer, Known> years) {
        Holidays holidays =
                new Holidays(years.values().stream().map(Known::year).toList());
        Map<String, WorkCalendar> calendars = new LinkedHashMap<>();
        for (Wanted each : wanted) {
            boolean every = "every".equals(each.days());
            if (each.name() == null || (!every && !"working".equals(each.days())) || each.hours() == null) {
                throw new IllegalArgumentException("a calendar needs a name, days (every or working) and hours; '"
                        + each.name() + "' has days '" + each.days() + "'");
            }
            if (each.name().equals(NATURAL) && !(every && each.hours().equals(List.of(Hours.ALL)))) {
                throw new IllegalArgumentException("'natural' is every day from 00:00 to 00:00; use another name");
            }
            calendars.put(each.name(), new WorkCalendar(each.name(), every, each.hours(), holidays));
        }
        return new Calendars(calendars, years);
    }

    private static CalendarYear year(byte[] json, int named) {
        CalendarYear year = Json.read(json, CalendarYear.class);
        if (year.year() != named) {
            throw new IllegalArgumentException("year is " + year.year() + ", but the name of the file says " + named);
        }
        return year;
    }

    private static int number(String file) {
        if (!file.matches("[0-9]{4}\\.json")) {
            throw new IllegalArgumentException("its name is neither a year, as in 2027.json, nor " + HOURS_FILE);
        }
        return Integer.parseInt(file.substring(0, 4));
    }

    private static List<Path> files(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(folder)) {
            List<Path> all = new ArrayList<>(
                    files.filter(file -> file.toString().endsWith(".json")).toList());
            all.sort(null);
            return all;
        }
    }

    private void warn(int now) {
        for (int year = now; year <= now + 1; year++) {
            Known known = years.get(year);
            if (known == null) {
                LOG.warn(
                        "the holidays of {} are not known: Monday to Friday count as worked; put {}.json into"
                                + " the folder calendar of the data directory",
                        year,
                        year);
            } else if (known.year().provisional()) {
                LOG.info(
                        "the holidays of {} are provisional: {}",
                        year,
                        known.year().note());
            }
        }
    }

    private static byte[] resource(String name) {
        try (InputStream stream = Calendars.class.getResourceAsStream("/calendar/" + name)) {
            if (stream == null) {
                throw new IllegalStateException("calendar/" + name + " is not in the jar");
            }
            return stream.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
