package io.kerbwatch.server;

import io.kerbwatch.server.account.AccountRoutes;
import io.kerbwatch.server.account.Accounts;
import io.kerbwatch.server.account.OidcSignIn;
import io.kerbwatch.server.account.People;
import io.kerbwatch.server.account.PeopleRoutes;
import io.kerbwatch.server.account.SignIn;
import io.kerbwatch.server.account.SignInRoutes;
import io.kerbwatch.server.audit.Audit;
import io.kerbwatch.server.calendar.Calendars;
import io.kerbwatch.server.camera.CameraRoutes;
import io.kerbwatch.server.camera.Cameras;
import io.kerbwatch.server.camera.Watching;
import io.kerbwatch.server.crew.CrewRoutes;
import io.kerbwatch.server.crew.Crews;
import io.kerbwatch.server.deadline.DeadlineRoutes;
import io.kerbwatch.server.deadline.DeadlineRules;
import io.kerbwatch.server.device.DeviceRoutes;
import io.kerbwatch.server.device.Devices;
import io.kerbwatch.server.device.MqttLink;
import io.kerbwatch.server.dispatch.Dispatch;
import io.kerbwatch.server.dispatch.Endpoints;
import io.kerbwatch.server.dust.Dust;
import io.kerbwatch.server.event.EventRoutes;
import io.kerbwatch.server.event.Events;
import io.kerbwatch.server.finding.Findings;
import io.kerbwatch.server.finding.JudgeMemory;
import io.kerbwatch.server.flow.Counting;
import io.kerbwatch.server.flow.Flow;
import io.kerbwatch.server.health.HealthRoutes;
import io.kerbwatch.server.incident.IncidentRoutes;
import io.kerbwatch.server.incident.Incidents;
import io.kerbwatch.server.ioc.BaseMap;
import io.kerbwatch.server.ioc.Curves;
import io.kerbwatch.server.ioc.HealthHistory;
import io.kerbwatch.server.ioc.Layouts;
import io.kerbwatch.server.ioc.PlaceMap;
import io.kerbwatch.server.ioc.Wall;
import io.kerbwatch.server.order.Anchors;
import io.kerbwatch.server.order.Orders;
import io.kerbwatch.server.photo.PhotoCleaning;
import io.kerbwatch.server.photo.Photos;
import io.kerbwatch.server.platform.Contract;
import io.kerbwatch.server.platform.DataDirectory;
import io.kerbwatch.server.platform.Database;
import io.kerbwatch.server.platform.EmbeddedPostgres;
import io.kerbwatch.server.platform.Ids;
import io.kerbwatch.server.platform.MasterKey;
import io.kerbwatch.server.platform.Notices;
import io.kerbwatch.server.platform.Operations;
import io.kerbwatch.server.platform.PublicUrl;
import io.kerbwatch.server.platform.Settings;
import io.kerbwatch.server.platform.Timers;
import io.kerbwatch.server.platform.Web;
import io.kerbwatch.server.site.Doors;
import io.kerbwatch.server.site.SiteRoutes;
import io.kerbwatch.server.site.Sites;
import io.kerbwatch.server.snapshot.PictureDrawing;
import io.kerbwatch.server.snapshot.SnapshotRoutes;
import io.kerbwatch.server.snapshot.Snapshots;
import io.kerbwatch.server.standard.StandardRoutes;
import io.kerbwatch.server.standard.Standards;
import io.kerbwatch.server.tally.Tallies;
import io.kerbwatch.vision.watch.FindingSink;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A running server: everything put together by hand, in one place. */
public final class Kerbwatch implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Kerbwatch.class);
    private static final long REVIVE_MILLIS = 2_000;
    private static final long PRUNE_MILLIS = Duration.ofHours(1).toMillis();
    private static final long ANCHOR_MILLIS = 60_000;
    private static final long DEVICES_MILLIS = 5_000;
    private static final long LOOK_MILLIS = 60_000;

    private final Deque<AutoCloseable> parts = new ArrayDeque<>();
    private final Accounts accounts;
    private final Sites sites;
    private final Endpoints endpoints;
    private final Cameras cameras;
    private final FindingSink findings;
    private final PublicUrl url;
    private final Runnable pruning;
    private final Runnable looking;
    private final Supplier<Optional<Integer>> monitors;
    private final int port;

    /** The vision part, as far as the server needs it. */
    public interface Vision {
        /**
         * Begins to watch; cameras come later, by {@link Watching#put}.
         *
         * @param sink takes what is found
         */
        Watching watch(FindingSink sink);

        /** Counts people on pictures of entrances; the server closes it. */
        Counting counting();

        /** Draws on pictures. */
        PictureDrawing drawing();

        /** Makes photos fit to be looked at. */
        PhotoCleaning photos();
    }

    /** The server could not be started; the message says why and what to do. */
    public static final class CannotStart extends Exception {
        private static final long serialVersionUID = 1L;

        CannotStart(String message, Throwable cause) {
            super(message, cause);
        }
    }

    /**
     * Starts a server: takes the data directory, starts or connects to the database, watches all cameras, listens.
     *
     * @throws CannotStart if any of it cannot be had; nothing is left running then
     */
    public static Kerbwatch start(Settings settings, Vision vision, InstantSource clock) throws CannotStart {
        return start(settings, vision, clock, Vertx::vertx);
    }

    /**
     * As {@link #start(Settings, Vision, InstantSource)}, on event loops that somebody else sets up.
     *
     * @param loops makes them; closed with the server
     */
    static Kerbwatch start(Settings settings, Vision vision, InstantSource clock, Supplier<Vertx> loops)
            throws CannotStart {
        Deque<AutoCloseable> begun = new ArrayDeque<>();
        try {
            return new Kerbwatch(settings, vision, clock, loops, begun);
        } catch (IOException | SQLException e) {
            closeAll(begun);
            throw new CannotStart(String.valueOf(e.getMessage()), e);
        } catch (RuntimeException e) {
            closeAll(begun);
            throw e;
        }
    }

    private Kerbwatch(
            Settings settings, Vision vision, InstantSource clock, Supplier<Vertx> loops, Deque<AutoCloseable> begun)
            throws IOException, SQLException {
        DataDirectory data = DataDirectory.take(settings.data());
        begin(begun, data);
        Calendars calendars = Calendars.load(data.path(), clock);
        MasterKey key = MasterKey.open(settings.get(Settings.SECURITY_KEY_FILE)
                .map(Path::of)
                .orElse(data.path().resolve("keys").resolve("master.key")));
        Optional<EmbeddedPostgres> postgres = postgres(settings, data, begun);
        Database database = database(settings, postgres, begun);
        Vertx vertx = loops.get();
        begin(begun, () -> closeVertx(vertx));
        PrometheusMeterRegistry meters = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        Contract contract = Contract.load(vertx);

        Ids ids = new Ids(clock);
        PublicUrl base = new PublicUrl(settings);
        Notices notices = new Notices(database);
        Timers timers = new Timers(database, clock);
        Events events = new Events(database, clock);
        Audit audit = new Audit(database, clock);
        Accounts people = new Accounts(database, clock, ids, audit, settings);
        SignIn signIn = new SignIn(database, clock, ids, audit, people, settings);
        Optional<OidcSignIn> oidc = OidcSignIn.of(vertx, database, clock, ids, audit, people, key, base, settings);
        Dispatch dispatch = new Dispatch(vertx, database, clock, ids, key, settings, audit, people, events);
        Sites places = new Sites(database, clock, ids, dispatch.endpoints(), events, audit);
        Crews crews = new Crews(database, clock, ids, people, places, events, audit, base);
        DeadlineRules rules = new DeadlineRules(database, clock, settings, places, calendars, events, audit);
        Snapshots snapshots = new Snapshots(database, clock, key, data.path(), vision.drawing(), audit);
        Photos photos = new Photos(database, clock, ids, data.path(), vision.photos());
        Tallies tallies = new Tallies(database);
        Doors doors = new Doors(key);
        Incidents incidents = new Incidents(database);
        Standards standards = new Standards(database, clock, ids, places, events, audit);
        standards.begin();
        JudgeMemory memory = new JudgeMemory();
        LateSink sink = new LateSink();
        Watching watching = vision.watch(sink);
        String node = ProcessHandle.current().pid() + "@" + base;
        Anchors anchors = new Anchors(data.path(), clock);
        begin(begun, anchors);
        Orders orders = new Orders(
                database, clock, ids, settings, rules, standards, places, incidents, snapshots, photos, dispatch, crews,
                events, timers, watching, tallies, doors, base, anchors, node);
        Cameras eyes = new Cameras(
                database,
                clock,
                ids,
                key,
                settings,
                places,
                watching,
                memory,
                orders.intake(),
                dispatch.outbox(),
                events,
                audit);
        Findings found = new Findings(database, clock, memory, snapshots, eyes, orders.intake(), orders.checks());
        sink.open(found);

        Devices devices =
                new Devices(database, clock, ids, key, settings, places, people, events, audit, orders.intake());
        Dust dust = new Dust(
                vertx,
                database,
                clock,
                ids,
                settings,
                places,
                devices,
                orders.intake(),
                orders.checks(),
                events,
                audit);
        begin(begun, dust);
        Flow flow = new Flow(
                database,
                clock,
                settings,
                places,
                devices,
                orders.intake(),
                orders.checks(),
                doors,
                base,
                events,
                audit,
                vision.counting());
        begin(begun, flow);

        Web web = new Web(vertx, settings, contract, database, people, meters, clock);
        Operations operations = new Operations();
        new AccountRoutes(
                        people,
                        site -> database.transaction(tx -> places.find(tx, site).isPresent()),
                        (caller, endpoint) -> database.transaction(tx -> dispatch.endpoints()
                                .find(tx, endpoint)
                                .filter(one -> Endpoints.theirs(caller, one))
                                .isPresent()))
                .mount(operations);
        new SignInRoutes(people, signIn, oidc, settings).mount(operations);
        new PeopleRoutes(new People(
                        database, clock, ids, audit, people, signIn, base, (tx, site) -> places.find(tx, site)
                                .isPresent()))
                .mount(operations);
        audit.mount(operations);
        new SiteRoutes(places).mount(operations);
        new CrewRoutes(crews).mount(operations);
        new DeadlineRoutes(rules).mount(operations);
        new CameraRoutes(vertx, eyes).mount(operations);
        new DeviceRoutes(devices).mount(operations);
        dust.mount(operations);
        flow.mount(operations);
        new Curves(database, clock, tallies, flow, dust).mount(operations);
        new PlaceMap(database, clock, events).mount(operations);
        HealthHistory condition = new HealthHistory(database, clock);
        new Wall(database, clock, tallies, crews, condition, events).mount(operations);
        new Layouts(database, clock, audit).mount(operations);
        BaseMap ground = BaseMap.open(settings);
        begin(begun, ground);
        ground.mount(operations);
        new SnapshotRoutes(snapshots).mount(operations);
        new IncidentRoutes(incidents).mount(operations);
        new StandardRoutes(database, clock, ids, places, photos, incidents, standards, events, audit).mount(operations);
        orders.mount(operations);
        dispatch.mount(operations);
        new EventRoutes(vertx, events).mount(operations, notices);
        new HealthRoutes(database, meters, contract, version()).mount(operations);

        int listening = web.listen(operations);
        begin(begun, web);
        base.listening(listening);
        begin(begun, watching);
        begin(begun, timers);
        begin(begun, dispatch);
        begin(begun, notices);
        dispatch.start(notices, orders, meters);
        notices.start();
        timers.start();
        eyes.watchAll();
        dust.listen(vertx);
        MqttLink.start(vertx, web, settings).ifPresent(link -> begin(begun, link));
        orders.checks().askAgain();
        orders.wind();
        orders.anchor();
        postgres.ifPresent(own -> vertx.setPeriodic(REVIVE_MILLIS, tick -> vertx.executeBlocking(() -> revive(own))
                .onFailure(error -> LOG.error("PostgreSQL cannot be started again", error))));
        vertx.setPeriodic(ANCHOR_MILLIS, tick -> vertx.executeBlocking(() -> {
                    anchors.write();
                    tallies.fold();
                    return true;
                })
                .onFailure(error -> LOG.error("{}; it is tried again in a minute", error.getMessage())));
        Runnable lookAll = () -> {
            devices.missSilent();
            dust.look();
            flow.look();
            condition.look();
        };
        vertx.setPeriodic(DEVICES_MILLIS, tick -> vertx.executeBlocking(() -> {
                    lookAll.run();
                    return true;
                })
                .onFailure(error -> LOG.error("devices cannot be looked at; it is tried again", error)));
        Runnable pruneAll = () -> {
            int pictures = snapshots.prune(
                    settings.get(Settings.RETENTION_INCIDENT_PICTURES),
                    settings.get(Settings.RETENTION_OTHER_PICTURES));
            int taken = photos.prune(settings.get(Settings.RETENTION_PHOTOS));
            if (pictures + taken > 0) {
                LOG.info("deleted pictures={} photos={} because their time was over", pictures, taken);
            }
        };
        vertx.setPeriodic(PRUNE_MILLIS, tick -> vertx.executeBlocking(() -> {
                    events.prune();
                    web.prune();
                    pruneAll.run();
                    dust.prune();
                    flow.prune();
                    condition.prune(settings.get(Settings.RETENTION_MINUTES));
                    signIn.prune();
                    oidc.ifPresent(OidcSignIn::prune);
                    return true;
                })
                .onFailure(error -> LOG.error("{}; it is tried again in an hour", error.getMessage())));
        oidc.ifPresent(provider -> keepLooking(vertx, provider));
        pruning = pruneAll;
        looking = lookAll;
        monitors = dust::port;
        data.note(base.toString());
        LOG.info("listening url={} data={} version={}", base, data.path(), version());

        parts.addAll(begun);
        accounts = people;
        sites = places;
        endpoints = dispatch.endpoints();
        cameras = eyes;
        findings = found;
        url = base;
        port = listening;
    }

    /** The version of this program. */
    public static String version() {
        return Optional.ofNullable(Kerbwatch.class.getPackage().getImplementationVersion())
                .orElse("development");
    }

    public Accounts accounts() {
        return accounts;
    }

    public Sites sites() {
        return sites;
    }

    public Endpoints endpoints() {
        return endpoints;
    }

    public Cameras cameras() {
        return cameras;
    }

    /** Takes findings; the vision part has been given it already. */
    public FindingSink findings() {
        return findings;
    }

    /** Deletes pictures and photos whose time is over; done by itself every hour. */
    void prune() {
        pruning.run();
    }

    /** Looks at what devices told; done by itself every few seconds. */
    void lookAtDevices() {
        looking.run();
    }

    /** The port that dust monitors connect to, if there is one. */
    public Optional<Integer> dustPort() {
        return monitors.get();
    }

    /** Where the server is reached, without a slash at the end. */
    public String url() {
        return url.toString();
    }

    public int port() {
        return port;
    }

    /** Makes a link that signs one browser in, once. */
    public String signInLink() {
        return url + "/sign-in?link=" + accounts.createSignInLink();
    }

    /** Stops in the opposite order; what is under way ends or is taken up after the next start. */
    @Override
    public void close() {
        closeAll(parts);
    }

    /** Our own PostgreSQL, unless there is one of theirs. */
    private static Optional<EmbeddedPostgres> postgres(
            Settings settings, DataDirectory data, Deque<AutoCloseable> begun) throws IOException {
        if (settings.get(Settings.DATABASE_URL).isPresent()) {
            return Optional.empty();
        }
        EmbeddedPostgres postgres = EmbeddedPostgres.start(data.path());
        begin(begun, postgres);
        return Optional.of(postgres);
    }

    private static Database database(Settings settings, Optional<EmbeddedPostgres> postgres, Deque<AutoCloseable> begun)
            throws SQLException {
        EmbeddedPostgres.Address address = postgres.map(EmbeddedPostgres::address)
                .orElseGet(() -> new EmbeddedPostgres.Address(
                        settings.get(Settings.DATABASE_URL).orElse(""),
                        settings.get(Settings.DATABASE_USER),
                        settings.get(Settings.DATABASE_PASSWORD)));
        Database database = Database.open(address, settings.get(Settings.DATABASE_CONNECTIONS));
        begin(begun, database);
        return database;
    }

    private static boolean revive(EmbeddedPostgres postgres) throws IOException {
        boolean revived = postgres.revive();
        if (revived) {
            LOG.error("PostgreSQL had ended without being told to, and was started again");
        }
        return revived;
    }

    /** So that the sign-in page can tell whether the provider is there, and nobody waits for it to be asked first. */
    private static void keepLooking(Vertx vertx, OidcSignIn provider) {
        Runnable look = () -> vertx.executeBlocking(
                        () -> {
                            provider.look();
                            return true;
                        },
                        false)
                .onFailure(error -> LOG.error("the provider could not be asked", error));
        look.run();
        vertx.setPeriodic(LOOK_MILLIS, tick -> look.run());
    }

    private static void begin(Deque<AutoCloseable> begun, AutoCloseable part) {
        begun.push(part);
    }

    private static void closeAll(Deque<AutoCloseable> parts) {
        while (!parts.isEmpty()) {
            try {
                parts.pop().close();
            } catch (Exception e) {
                LOG.warn("a part did not stop well", e);
            }
        }
    }

    private static void closeVertx(Vertx vertx) throws InterruptedException {
        try {
            vertx.close().await(10, TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            LOG.warn("the event loop did not stop within 10 s");
        }
    }
}
