package io.kerbwatch.server.platform;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What holds, and where it came from. A flag wins over the environment, that over the file, that over the default. A
 * name that nobody knows is an error, or a misspelt limit would go unnoticed.
 */
public final class Settings {
    public static final Setting<String> DATA =
            Setting.text("data", "kerbwatch-data", "Directory of everything that is kept.");
    public static final Setting<HostPort> SERVER_LISTEN =
            Setting.hostPort("server.listen", "127.0.0.1:8480", "Where HTTP is served; port 0 takes a free one.");
    public static final Setting<Optional<URI>> SERVER_PUBLIC_URL = Setting.address(
            "server.public-url", "Address under which others reach this server; made from server.listen if empty.");
    public static final Setting<Long> SERVER_BODY_LIMIT =
            Setting.size("server.body-limit", "1MiB", "1KiB", "64MiB", "Largest request body.");
    public static final Setting<Integer> SERVER_WORKERS =
            Setting.whole("server.workers", 16, 2, 256, "Threads that do blocking work for requests.");
    public static final Setting<Optional<String>> DATABASE_URL = Setting.optional(
            "database.url", "jdbc:postgresql://host/name of a PostgreSQL of yours; empty for the embedded one.");
    public static final Setting<String> DATABASE_USER =
            Setting.text("database.user", "kerbwatch", "Role in that database.");
    public static final Setting<String> DATABASE_PASSWORD = Setting.secret("database.password", "Its password.");
    public static final Setting<Integer> DATABASE_CONNECTIONS =
            Setting.whole("database.connections", 20, 4, 200, "Most connections to the database.");
    public static final Setting<Optional<String>> SECURITY_KEY_FILE =
            Setting.optional("security.key-file", "File of the master key; DATA/keys/master.key if empty.");
    public static final Setting<Duration> SECURITY_LINK_LIFE =
            Setting.duration("security.sign-in-link-life", "15m", "1m", "24h", "How long a sign-in link works, once.");
    public static final Setting<Duration> SECURITY_PHONE_LINK_LIFE = Setting.duration(
            "security.phone-link-life", "24h", "1m", "7d", "How long a link for a crew member's phone works, once.");
    public static final Setting<Duration> SECURITY_PHONE_LIFE = Setting.duration(
            "security.phone-session-life", "90d", "1h", "365d", "A crew member's phone is signed out after this long.");
    public static final Setting<Duration> SECURITY_PASSWORD_LINK_LIFE = Setting.duration(
            "security.password-link-life", "24h", "5m", "7d", "How long a link to set a password works, once.");
    public static final Setting<Duration> SECURITY_SESSION_IDLE = Setting.duration(
            "security.session-idle", "12h", "5m", "30d", "A session ends after this long without a request.");
    public static final Setting<Duration> SECURITY_SESSION_LIFE = Setting.duration(
            "security.session-life", "7d", "5m", "90d", "A session ends after this long at the latest.");
    public static final Setting<Optional<String>> OIDC_ISSUER =
            Setting.issuer("oidc.issuer", "Issuer of the OpenID provider that people may sign in at; empty for none.");
    public static final Setting<String> OIDC_CLIENT_ID =
            Setting.text("oidc.client-id", "", "What this server is called at the provider.");
    public static final Setting<String> OIDC_CLIENT_SECRET =
            Setting.secret("oidc.client-secret", "Its secret there; empty for a public client.");
    public static final Setting<List<String>> OIDC_SCOPES =
            Setting.scopes("oidc.scopes", "openid profile", "Scopes that are asked for; openid is one of them.");
    public static final Setting<String> OIDC_GROUPS_CLAIM =
            Setting.text("oidc.groups-claim", "groups", "Claim with the person's groups; a dot leads into an object.");
    public static final Setting<List<Map.Entry<String, Role>>> OIDC_ROLES =
            Setting.pairs("oidc.roles", Role::of, "Roles by group, group=role,…; the first that somebody is in holds.");
    public static final Setting<List<Map.Entry<String, Optional<UUID>>>> OIDC_SITES = Setting.pairs(
            "oidc.sites",
            Setting::siteOrAll,
            "Sites by group, group=site's id,… or group=all; if set, who is in none of these groups may not enter.");
    public static final Setting<Optional<String>> OIDC_LABEL =
            Setting.optional("oidc.label", "What stands on the button of the sign-in page; a general word if empty.");
    public static final Setting<Duration> OIDC_TIMEOUT =
            Setting.duration("oidc.timeout", "5s", "100ms", "60s", "Longest wait for one answer of the provider.");
    public static final Setting<String> LOG_FORMAT =
            Setting.choice("log.format", "text", List.of("text", "json"), "Form of the log on standard error.");
    public static final Setting<AddressPolicy> CAMERAS_ALLOW = Setting.networks(
            "cameras.allow", "private,public", "Networks that cameras may be in: CIDR, private, public, loopback.");
    public static final Setting<Duration> CAMERAS_PROBE_WITHIN = Setting.duration(
            "cameras.probe-within", "10s", "1s", "60s", "How long a camera may take to show a picture.");
    public static final Setting<Duration> CAMERAS_CONNECT_WITHIN = Setting.duration(
            "cameras.connect-within", "8s", "1s", "60s", "How long a camera may take to answer up to PLAY.");
    public static final Setting<Duration> CAMERAS_KEY_FRAME_WITHIN = Setting.duration(
            "cameras.key-frame-within", "30s", "2s", "5m", "How long a stream may go without a key frame.");
    public static final Setting<Duration> CAMERAS_SILENT_FOR = Setting.duration(
            "cameras.silent-for", "10s", "1s", "5m", "A session without any packet for this long is opened anew.");
    public static final Setting<Duration> CAMERAS_LONGEST_RETRY = Setting.duration(
            "cameras.longest-retry", "60s", "1s", "1h", "Longest pause between attempts to open a session.");
    public static final Setting<Optional<String>> DETECTOR_MODEL =
            Setting.optional("detector.model", "Folder with a model.json and its weights; the bundled model if empty.");
    public static final Setting<Optional<String>> DETECTOR_VARIANT = Setting.optional(
            "detector.variant", "Weights of the model by name; the first that this processor runs if empty.");
    public static final Setting<Integer> WATCH_THREADS = Setting.whole(
            "watch.threads", 0, 0, 256, "Threads that decode and detect; 0 for as many as the machine has cores.");
    public static final Setting<Duration> WATCH_CALM = Setting.duration(
            "watch.calm", "10s", "1s", "10m", "Time between looks while every zone is clean or dirty.");
    public static final Setting<Duration> WATCH_ALERT = Setting.duration(
            "watch.alert", "4s", "1s", "10m", "Time between looks while a zone is suspected, clearing or verified.");
    public static final Setting<Integer> JUDGE_CONFIRM_VOTES =
            Setting.whole("judge.confirm-votes", 6, 1, 100, "Votes for at one place that confirm it.");
    public static final Setting<Integer> JUDGE_CONFIRM_PERCENT = Setting.whole(
            "judge.confirm-percent", 65, 1, 100, "Share of a place's votes that are for, in percent, to confirm it.");
    public static final Setting<Duration> JUDGE_CONFIRM_SPAN =
            Setting.duration("judge.confirm-span", "30s", "0s", "1h", "Time that these votes span at least.");
    public static final Setting<Duration> JUDGE_CONFIRM_WINDOW =
            Setting.duration("judge.confirm-window", "75s", "1s", "2h", "Time within which they count.");
    public static final Setting<Integer> JUDGE_CLEAR_VOTES =
            Setting.whole("judge.clear-votes", 12, 1, 1000, "Votes against in a row that clear a place.");
    public static final Setting<Duration> JUDGE_CLEAR_SPAN =
            Setting.duration("judge.clear-span", "2m", "0s", "2h", "Time that these votes span at least.");
    public static final Setting<Integer> JUDGE_VERIFY_VOTES = Setting.whole(
            "judge.verify-votes", 7, 1, 1000, "Votes against in a row, after done, that verify a place as clean.");
    public static final Setting<Duration> JUDGE_VERIFY_SPAN =
            Setting.duration("judge.verify-span", "45s", "0s", "2h", "Time that these votes span at least.");
    public static final Setting<Duration> JUDGE_LATENCY = Setting.duration(
            "judge.camera-latency", "3s", "0s", "60s", "Looks sooner than this after done do not count.");
    public static final Setting<Duration> JUDGE_UNKNOWN_AFTER = Setting.duration(
            "judge.unknown-after", "2m", "10s", "1h", "A zone without a vote for this long is unknown.");
    public static final Setting<AddressPolicy> DISPATCH_ALLOW = Setting.networks(
            "dispatch.allow", "public", "Networks that webhook receivers may be in: CIDR, private, public, loopback.");
    public static final Setting<Duration> DISPATCH_FAST_TIMEOUT =
            Setting.duration("dispatch.fast-timeout", "5s", "100ms", "60s", "Longest attempt in the first minute.");
    public static final Setting<Duration> DISPATCH_SLOW_TIMEOUT =
            Setting.duration("dispatch.slow-timeout", "15s", "100ms", "120s", "Longest attempt after that.");
    public static final Setting<Integer> DISPATCH_CONCURRENCY =
            Setting.whole("dispatch.concurrency", 4, 1, 64, "Attempts under way at once to one endpoint.");
    public static final Setting<Duration> DISPATCH_GIVE_UP_AFTER = Setting.duration(
            "dispatch.give-up-after", "3d", "1m", "30d", "No attempt after this long; it can still be replayed.");
    public static final Setting<Duration> DISPATCH_DISABLE_AFTER = Setting.duration(
            "dispatch.disable-after",
            "5d",
            "1h",
            "90d",
            "An endpoint that has taken nothing for this long is disabled, or degraded if a site dispatches to it.");
    public static final Setting<Duration> ORDERS_ACCEPT_WITHIN =
            Setting.duration("orders.accept-within", "2m", "1s", "7d", "Time to accept, from dispatch.");
    public static final Setting<Duration> ORDERS_ARRIVE_WITHIN =
            Setting.duration("orders.arrive-within", "10m", "1s", "7d", "Time to arrive, from filing.");
    public static final Setting<Duration> ORDERS_FINISH_WITHIN =
            Setting.duration("orders.finish-within", "30m", "1s", "30d", "Time to finish, from filing.");
    public static final Setting<Duration> ORDERS_VERIFY_WITHIN =
            Setting.duration("orders.verify-within", "5m", "1s", "7d", "Time for the camera to see it clean.");
    public static final Setting<Duration> ORDERS_REOPEN_WITHIN = Setting.duration(
            "orders.reopen-within", "15m", "0s", "24h", "The same place dirty again so soon reopens its order.");
    public static final Setting<Duration> ORDERS_REVIEW_AFTER_CANCEL = Setting.duration(
            "orders.review-after-cancel", "30m", "1s", "24h", "Still dirty so long after a cancellation: to review.");
    public static final Setting<Duration> ORDERS_FALSE_ALARM_FOR = Setting.duration(
            "orders.false-alarm-for", "24h", "0s", "30d", "After a false alarm its place goes to review so long.");

    public static final Setting<Optional<HostPort>> DUST_LISTEN = Setting.optionalHostPort(
            "dust.listen", "Where dust monitors (HJ 212 over TCP) connect, as in 0.0.0.0:8212; empty for nowhere.");
    public static final Setting<AddressPolicy> DEVICES_ALLOW = Setting.networks(
            "devices.allow", "private", "Networks that devices may be read in: CIDR, private, public, loopback.");
    public static final Setting<Optional<URI>> MQTT_URL =
            Setting.broker("mqtt.url", "Broker over which devices report, as in mqtts://broker:8883; empty for none.");
    public static final Setting<String> MQTT_USERNAME =
            Setting.text("mqtt.username", "", "Who this server is at that broker; empty for nobody.");
    public static final Setting<String> MQTT_PASSWORD = Setting.secret("mqtt.password", "Its password there.");
    public static final Setting<String> MQTT_CLIENT_ID = Setting.text(
            "mqtt.client-id", "kerbwatch", "Name of its session there; two servers at one broker need two names.");
    public static final Setting<String> MQTT_TOPIC = Setting.text(
            "mqtt.topic", "kerbwatch/devices/#", "Topics that are heard; they end in /readings or /counts.");
    public static final Setting<Integer> DUST_CONNECTIONS =
            Setting.whole("dust.connections", 512, 1, 20_000, "Dust monitors that may be connected at once.");
    public static final Setting<Integer> DUST_CONNECTIONS_PER_ADDRESS = Setting.whole(
            "dust.connections-per-address", 32, 1, 20_000, "Of these from one address, as behind one gateway.");
    public static final Setting<Optional<String>> MAP_TILES = Setting.optional(
            "map.tiles", "PMTiles file (version 3) with the base map of the control room; a plain outline if empty.");
    public static final Setting<String> MAP_DATUM = Setting.choice(
            "map.datum",
            "wgs84",
            List.of("wgs84", "gcj02"),
            "What that map is drawn in; gcj02 for maps sold in China.");
    public static final Setting<Duration> RETENTION_READINGS = Setting.duration(
            "retention.readings", "30d", "1d", "3650d", "What monitors told, packet by packet, is deleted after that.");
    public static final Setting<Duration> RETENTION_MINUTES = Setting.duration(
            "retention.minutes", "400d", "2d", "3650d", "Sums by the minute are deleted after that; hours are kept.");
    public static final Setting<Duration> RETENTION_INCIDENT_PICTURES = Setting.duration(
            "retention.incident-pictures",
            "30d",
            "1h",
            "3650d",
            "Pictures that incidents and orders rest on are deleted after that.");
    public static final Setting<Duration> RETENTION_OTHER_PICTURES = Setting.duration(
            "retention.other-pictures", "24h", "1h", "3650d", "All other pictures are deleted after that.");
    public static final Setting<Duration> RETENTION_PHOTOS =
            Setting.duration("retention.photos", "30d", "1h", "3650d", "Photos of crews are deleted after that.");
    public static final Setting<Integer> ORDERS_CHECK_PERCENT = Setting.whole(
            "orders.check-percent", 10, 0, 100, "Closures out of a hundred that people look at once more.");
    public static final Setting<Integer> ORDERS_PER_CAMERA = Setting.whole(
            "orders.per-camera",
            4,
            1,
            1000,
            "Orders that one camera may file within an hour; the rest goes to review.");
    public static final Setting<Integer> ORDERS_PER_HOUR = Setting.whole(
            "orders.per-hour",
            60,
            1,
            100_000,
            "Orders that all cameras may file within an hour, but one a site at least; the rest goes to review.");

    private static final List<Setting<?>> ALL = List.of(
            DATA,
            SERVER_LISTEN,
            SERVER_PUBLIC_URL,
            SERVER_BODY_LIMIT,
            SERVER_WORKERS,
            DATABASE_URL,
            DATABASE_USER,
            DATABASE_PASSWORD,
            DATABASE_CONNECTIONS,
            SECURITY_KEY_FILE,
            SECURITY_LINK_LIFE,
            SECURITY_PHONE_LINK_LIFE,
            SECURITY_PHONE_LIFE,
            SECURITY_PASSWORD_LINK_LIFE,
            SECURITY_SESSION_IDLE,
            SECURITY_SESSION_LIFE,
            OIDC_ISSUER,
            OIDC_CLIENT_ID,
            OIDC_CLIENT_SECRET,
            OIDC_SCOPES,
            OIDC_GROUPS_CLAIM,
            OIDC_ROLES,
            OIDC_SITES,
            OIDC_LABEL,
            OIDC_TIMEOUT,
            LOG_FORMAT,
            CAMERAS_ALLOW,
            CAMERAS_PROBE_WITHIN,
            CAMERAS_CONNECT_WITHIN,
            CAMERAS_KEY_FRAME_WITHIN,
            CAMERAS_SILENT_FOR,
            CAMERAS_LONGEST_RETRY,
            DETECTOR_MODEL,
            DETECTOR_VARIANT,
            WATCH_THREADS,
            WATCH_CALM,
            WATCH_ALERT,
            JUDGE_CONFIRM_VOTES,
            JUDGE_CONFIRM_PERCENT,
            JUDGE_CONFIRM_SPAN,
            JUDGE_CONFIRM_WINDOW,
            JUDGE_CLEAR_VOTES,
            JUDGE_CLEAR_SPAN,
            JUDGE_VERIFY_VOTES,
            JUDGE_VERIFY_SPAN,
            JUDGE_LATENCY,
            JUDGE_UNKNOWN_AFTER,
            DISPATCH_ALLOW,
            DISPATCH_FAST_TIMEOUT,
            DISPATCH_SLOW_TIMEOUT,
            DISPATCH_CONCURRENCY,
            DISPATCH_GIVE_UP_AFTER,
            DISPATCH_DISABLE_AFTER,
            ORDERS_ACCEPT_WITHIN,
            ORDERS_ARRIVE_WITHIN,
            ORDERS_FINISH_WITHIN,
            ORDERS_VERIFY_WITHIN,
            ORDERS_REOPEN_WITHIN,
            ORDERS_REVIEW_AFTER_CANCEL,
            ORDERS_FALSE_ALARM_FOR,
            ORDERS_CHECK_PERCENT,
            ORDERS_PER_CAMERA,
            ORDERS_PER_HOUR,
            DEVICES_ALLOW,
            MQTT_URL,
            MQTT_USERNAME,
            MQTT_PASSWORD,
            MQTT_CLIENT_ID,
            MQTT_TOPIC,
            DUST_LISTEN,
            DUST_CONNECTIONS,
            DUST_CONNECTIONS_PER_ADDRESS,
            MAP_TILES,
            MAP_DATUM,
            RETENTION_READINGS,
            RETENTION_MINUTES,
            RETENTION_INCIDENT_PICTURES,
            RETENTION_OTHER_PICTURES,
            RETENTION_PHOTOS);

    /**
     * One line of {@code config --print}.
     *
     * @param origin default, or which file, variable or flag said so
     */
    public record Line(Setting<?> setting, String text, String origin) {}

    /** What is wrong with the configuration, in words for the person who wrote it. */
    public static final class Invalid extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Invalid(String message) {
            super(message);
        }
    }

    private final Map<String, Line> lines;

    private Settings(Map<String, Line> lines) {
        this.lines = lines;
        for (Line line : lines.values()) {
            parse(line.setting(), line);
        }
    }

    /** Everything that can be set, in the order of the documentation. */
    public static List<Setting<?>> all() {
        return ALL;
    }

    /** The defaults alone. */
    public static Settings defaults() {
        Map<String, Line> lines = new LinkedHashMap<>();
        for (Setting<?> setting : ALL) {
            lines.put(setting.name(), new Line(setting, setting.fallback(), "default"));
        }
        return new Settings(lines);
    }

    /**
     * Puts the sources together.
     *
     * @param file YAML; none if null
     * @param environment of the process; only names that begin with KERBWATCH_ are looked at
     * @param flags by name
     * @throws Invalid if the file cannot be read, a name is unknown or a value is not allowed
     */
    public static Settings load(@Nullable Path file, Map<String, String> environment, Map<String, String> flags) {
        Map<String, Line> lines = new LinkedHashMap<>(defaults().lines);
        if (file != null) {
            flatten(readYaml(file), "", new TreeMap<>())
                    .forEach((name, text) -> put(lines, name, text, "file " + file));
        }
        new TreeMap<>(environment).forEach((variable, text) -> {
            if (variable.startsWith("KERBWATCH_")) {
                Setting<?> setting = ALL.stream()
                        .filter(s -> s.variable().equals(variable))
                        .findFirst()
                        .orElseThrow(() -> unknown(
                                variable,
                                "environment",
                                ALL.stream().map(Setting::variable).toList()));
                put(lines, setting.name(), text, "environment " + variable);
            }
        });
        flags.forEach((name, text) -> put(lines, name, text, "flag --" + name));
        return new Settings(lines);
    }

    /** The same with one value set by the program: for the demo and for tests. */
    public Settings with(Setting<?> setting, String text) {
        Map<String, Line> copy = new LinkedHashMap<>(lines);
        put(copy, setting.name(), text, "program");
        return new Settings(copy);
    }

    /** The value that holds. */
    public <T> T get(Setting<T> setting) {
        return parse(setting, line(setting));
    }

    /** Where the value came from. */
    public String origin(Setting<?> setting) {
        return line(setting).origin();
    }

    /** What {@code config --print} shows. */
    public List<Line> lines() {
        return List.copyOf(lines.values());
    }

    /** The directory of everything that is kept, as an absolute path. */
    public Path data() {
        return Path.of(get(DATA)).toAbsolutePath().normalize();
    }

    private Line line(Setting<?> setting) {
        Line line = lines.get(setting.name());
        if (line == null) {
            throw new IllegalStateException("setting " + setting.name() + " is missing from Settings.all()");
        }
        return line;
    }

    private static <T> T parse(Setting<T> setting, Line line) {
        try {
            return setting.parser().apply(line.text());
        } catch (IllegalArgumentException e) {
            String shown = setting.secret() ? "its value" : "'" + line.text() + "'";
            throw new Invalid(setting.name() + " (" + line.origin() + "): " + shown + " " + e.getMessage());
        }
    }

    private static void put(Map<String, Line> lines, String name, String text, String origin) {
        Line known = lines.get(name);
        if (known == null) {
            throw unknown(name, origin, ALL.stream().map(Setting::name).toList());
        }
        lines.put(name, new Line(known.setting(), text, origin));
    }

    private static Invalid unknown(String name, String origin, List<String> known) {
        String nearest = "";
        int least = Integer.MAX_VALUE;
        for (String candidate : known) {
            int distance = distance(name, candidate);
            if (distance < least) {
                least = distance;
                nearest = candidate;
            }
        }
        return new Invalid(origin + " sets '" + name + "', which nobody knows; did you mean '" + nearest
                + "'? `kerbwatch config --print` lists all names.");
    }

    private static JsonNode readYaml(Path file) {
        try {
            JsonNode root = new YAMLMapper(new YAMLFactory()).readTree(Files.readString(file));
            if (!root.isObject() && !root.isMissingNode() && !root.isNull()) {
                throw new Invalid("file " + file + " is no list of settings; write lines like 'server.listen: …'");
            }
            return root;
        } catch (JsonProcessingException e) {
            throw new Invalid("file " + file + " is no YAML: " + e.getOriginalMessage());
        } catch (NoSuchFileException e) {
            throw new Invalid("there is no file " + file);
        } catch (IOException e) {
            throw new Invalid("file " + file + " cannot be read: " + e.getMessage());
        }
    }

    private static Map<String, String> flatten(JsonNode node, String prefix, Map<String, String> into) {
        node.properties().forEach(entry -> {
            String name = prefix.isEmpty() ? entry.getKey() : prefix + "." + entry.getKey();
            JsonNode value = entry.getValue();
            if (value.isObject()) {
                flatten(value, name, into);
            } else if (value.isArray()) {
                List<String> parts = new ArrayList<>();
                value.forEach(part -> parts.add(part.asText()));
                into.put(name, String.join(",", parts));
            } else {
                into.put(name, value.isNull() ? "" : value.asText());
            }
        });
        return into;
    }

    /** Levenshtein's distance: how many letters have to change. */
    private static int distance(String a, String b) {
        int[] row = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int change = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(change, Math.min(row[j], row[j - 1]) + 1);
            }
        }
        return row[b.length()];
    }
}
