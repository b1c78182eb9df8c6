package io.kerbwatch.server.dispatch;

import com.fasterxml.jackson.core.type.TypeReference;
import io.kerbwatch.server.account.Accounts;
import io.kerbwatch.server.audit.Audit;
import io.kerbwatch.server.event.Events;
import io.kerbwatch.server.platform.Caller;
import io.kerbwatch.server.platform.Database;
import io.kerbwatch.server.platform.Ids;
import io.kerbwatch.server.platform.Json;
import io.kerbwatch.server.platform.MasterKey;
import io.kerbwatch.server.platform.Notices;
import io.kerbwatch.server.platform.Problem;
import io.kerbwatch.server.platform.Request;
import io.kerbwatch.server.platform.Settings;
import io.kerbwatch.server.platform.Tx;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The endpoints: who is told, in which way, and with which secrets. */
public final class Endpoints {
    private static final Logger LOG = LoggerFactory.getLogger(Endpoints.class);
    private static final String PURPOSE = "webhook-secret";
    private static final String ADDRESS_PURPOSE = "endpoint-address";
    /** Where a ping's clock would be, if it had one. */
    private static final ZoneId ZONE = ZoneId.of("Asia/Shanghai");
    /** How long the secret before goes on signing beside a new one. */
    private static final Duration OVERLAP = Duration.ofHours(24);

    private final Database database;
    private final InstantSource clock;
    private final Ids ids;
    private final MasterKey key;
    private final Settings settings;
    private final Carrier carrier;
    private final Audit audit;
    private final Accounts accounts;
    private final Events events;
    private final EndpointStore store = new EndpointStore();
    private final EndpointRules rules;

    Endpoints(
            Database database,
            InstantSource clock,
            Ids ids,
            MasterKey key,
            Settings settings,
            Carrier carrier,
            Audit audit,
            Accounts accounts,
            Events events) {
        this.database = database;
        this.clock = clock;
        this.ids = ids;
        this.key = key;
        this.settings = settings;
        this.carrier = carrier;
        this.audit = audit;
        this.accounts = accounts;
        this.events = events;
        this.rules = new EndpointRules(settings.get(Settings.DISPATCH_ALLOW));
    }

    private record Secret(String text, @Nullable Instant until) {}

    /**
     * An address that is a secret, or has one.
     *
     * @param secret that a robot signs with, or a broker's password
     */
    private record Access(String url, @Nullable String secret) {}

    /**
     * How to publish; version 5 if it is left out.
     *
     * @param password kept sealed and never shown
     */
    public record NewMqtt(
            String topic,
            @Nullable Integer version,
            @Nullable String username,
            @Nullable String password) {
        Endpoint.Mqtt terms() {
            return new Endpoint.Mqtt(topic, version == null ? 5 : version, username == null ? "" : username);
        }
    }

    /**
     * What a new endpoint is to be; lists may be left out.
     *
     * @param kind webhook if left out
     * @param signing of a webhook: hmac or ed25519; hmac if left out
     * @param secret of a webhook with hmac: the receiver's own, so that it knows the first ping already, or left out, and
     *     one is made; of a robot: what its platform shows
     */
    public record NewEndpoint(
            @Nullable String kind,
            String name,
            String url,
            @Nullable String signing,
            @Nullable NewMqtt mqtt,
            @Nullable String reports,
            @Nullable List<String> events,
            @Nullable List<UUID> sites,
            @Nullable String secret) {}

    /**
     * What to change; what is left out stays. The kind and a webhook's way of signing stay always.
     *
     * @param secret of a robot
     */
    public record Change(
            @Nullable String name,
            @Nullable String url,
            @Nullable String secret,
            @Nullable NewMqtt mqtt,
            @Nullable String reports,
            @Nullable List<String> events,
            @Nullable List<UUID> sites,
            @Nullable String state) {}

    /** An endpoint with a secret, which is told once; null where there is none that is to be told. */
    public record Created(Endpoint endpoint, @Nullable String secret) {}

    /**
     * Makes an endpoint and pings it. An endpoint that does not answer is kept all the same, and says so.
     *
     * @throws Problem.Raised 400 if the URL is none, or points where {@code dispatch.allow} does not, or if something does
     *     not belong to its kind; 403 if who is limited to sites does not name some of them
     */
    public Created create(Caller caller, NewEndpoint wanted) {
        mustCover(caller, wanted.sites() == null ? List.of() : wanted.sites());
        String kind = wanted.kind() == null ? Endpoint.WEBHOOK : wanted.kind();
        rules.check(kind, wanted);
        boolean webhook = kind.equals(Endpoint.WEBHOOK);
        boolean keys = "ed25519".equals(wanted.signing());
        String own = wanted.secret();
        String secret = own != null || !webhook ? own : keys ? Signature.freshKey() : Signature.freshSecret();
        NewMqtt mqtt = wanted.mqtt();
        Endpoint endpoint = new Endpoint(
                ids.next(),
                kind,
                wanted.name(),
                RobotKind.of(kind).isPresent() ? RobotKind.shown(URI.create(wanted.url())) : wanted.url(),
                keys ? "ed25519" : secret == null ? "none" : "hmac",
                keys ? List.of(new Endpoint.PublicKey(Signature.publicKey(String.valueOf(secret)), null)) : List.of(),
                mqtt == null ? null : mqtt.terms(),
                wanted.reports() == null ? webhook ? "steps" : "nothing" : wanted.reports(),
                wanted.events() == null ? List.of() : wanted.events(),
                wanted.sites() == null ? List.of() : wanted.sites(),
                "active",
                "",
                null,
                1,
                clock.instant());
        List<Secret> secrets = webhook && secret != null ? List.of(new Secret(secret, null)) : List.of();
        Access access = new Access(wanted.url(), mqtt == null ? secret : mqtt.password());
        database.inTransaction(tx -> {
            store.insert(tx, endpoint, seal(secrets), webhook ? null : seal(access));
            audit.note(tx, caller, "endpoint.create", endpoint.id(), Map.of("name", endpoint.name(), "kind", kind));
        });
        return new Created(ping(endpoint.id()), webhook && !keys ? secret : null);
    }

    /** Sends a ping now and keeps how it went. */
    Endpoint ping(Caller caller, UUID id) {
        return ping(get(caller, id).id());
    }

    private Endpoint ping(UUID id) {
        Endpoint endpoint = get(id);
        Channel channel = database.transaction(tx -> channel(tx, endpoint));
        Instant at = clock.instant();
        byte[] body = Json.bytes(
                Message.envelope(MessageType.PING, at, Map.of("endpoint", Map.of("id", id, "name", endpoint.name()))));
        Letter letter = new Letter(Message.wireId(ids.next()), body, ZONE);
        Duration timeout = settings.get(Settings.DISPATCH_FAST_TIMEOUT);
        Courier.Result result;
        try {
            result = carrier.send(channel, List.of(letter), timeout)
                    .toCompletionStage()
                    .toCompletableFuture()
                    .get(timeout.toMillis() + 10_000, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            result = Courier.Result.none("the server is stopping", 0);
        } catch (ExecutionException | TimeoutException e) {
            result = Courier.Result.none("its name could not be resolved in time", 0);
        }
        Endpoint.Ping ping =
                new Endpoint.Ping(at, result.delivered(), result.status(), result.result(), result.milliseconds());
        return database.transaction(tx -> {
            store.ping(tx, id, ping);
            return store.find(tx, id).orElseThrow();
        });
    }

    /** The way to an endpoint, opened. */
    Channel channel(Tx tx, Endpoint endpoint) {
        Optional<RobotKind> robot = RobotKind.of(endpoint.kind());
        Endpoint.Mqtt mqtt = endpoint.mqtt();
        if (robot.isPresent()) {
            Access access = access(tx, endpoint.id());
            return new Channel.Robot(robot.get(), URI.create(access.url()), access.secret());
        }
        if (mqtt != null) {
            Access access = access(tx, endpoint.id());
            return new Channel.Broker(endpoint.id(), URI.create(access.url()), mqtt, access.secret());
        }
        return new Channel.Webhook(URI.create(endpoint.url()), secrets(tx, endpoint.id()));
    }

    /** All endpoints; who is limited to sites sees those that are told of none but these. */
    public List<Endpoint> list(Caller caller) {
        return database.transaction(store::list).stream()
                .filter(endpoint -> theirs(caller, endpoint))
                .toList();
    }

    /** Whether an endpoint is told of nothing but what the caller may see; then it is for them to change. */
    public static boolean theirs(Caller caller, Endpoint endpoint) {
        return caller.covers(Set.of(), Set.copyOf(endpoint.sites()));
    }

    /** An endpoint without sites is told of all of them. */
    private static void mustCover(Caller caller, List<UUID> sites) {
        if (!caller.covers(Set.of(), Set.copyOf(sites))) {
            throw Problem.forbidden("You may see some sites only: name in 'sites' of which it is told, none but these.")
                    .raised();
        }
    }

    /**
     * One endpoint that the caller may change.
     *
     * @throws Problem.Raised 404 if there is none
     */
    public Endpoint get(Caller caller, UUID id) {
        return database.transaction(tx -> find(tx, id))
                .filter(endpoint -> theirs(caller, endpoint))
                .orElseThrow(() -> Problem.notFound("endpoint", id).raised());
    }

    /**
     * One endpoint.
     *
     * @throws Problem.Raised 404 if there is none
     */
    public Endpoint get(UUID id) {
        return database.transaction(tx -> find(tx, id))
                .orElseThrow(() -> Problem.notFound("endpoint", id).raised());
    }

    public Optional<Endpoint> find(Tx tx, UUID id) {
        return store.find(tx, id);
    }

    Endpoint change(Caller caller, UUID id, int version, Change change) {
        String kind = get(caller, id).kind();
        if (change.sites() != null) {
            mustCover(caller, change.sites());
        }
        String url = change.url();
        if (url != null) {
            rules.checkUrl(kind, url);
        }
        rules.checkReports(kind, change.reports());
        boolean robot = RobotKind.of(kind).isPresent();
        String secret = change.secret();
        if (secret != null) {
            if (!robot) {
                throw Problem.invalid("/secret", "Only a robot's secret is given; a webhook's is rotated.")
                        .raised();
            }
            rules.checkSecret(kind, null, secret);
        }
        NewMqtt mqtt = change.mqtt();
        if (mqtt != null) {
            rules.checkMqtt(kind, mqtt);
        }
        return database.transaction(tx -> {
            Endpoint old = get(caller, id);
            String state = change.state() == null ? old.state() : change.state();
            Endpoint changed = new Endpoint(
                    id,
                    kind,
                    change.name() == null ? old.name() : change.name(),
                    url == null ? old.url() : robot ? RobotKind.shown(URI.create(url)) : url,
                    secret == null ? old.signing() : "hmac",
                    old.publicKeys(),
                    mqtt == null ? old.mqtt() : mqtt.terms(),
                    change.reports() == null ? old.reports() : change.reports(),
                    change.events() == null ? old.events() : change.events(),
                    change.sites() == null ? old.sites() : change.sites(),
                    state,
                    change.state() == null ? old.stateReason() : state.equals("active") ? "" : "disabled by hand",
                    old.ping(),
                    version + 1,
                    old.createdAt());
            if (!kind.equals(Endpoint.WEBHOOK)) {
                Access access = access(tx, id);
                String password = mqtt == null ? null : mqtt.password();
                String fresh = secret == null ? password : secret;
                store.address(
                        tx,
                        id,
                        seal(new Access(url == null ? access.url() : url, fresh == null ? access.secret() : fresh)));
            }
            if (!store.update(tx, changed)) {
                throw Request.stale().raised();
            }
            if (change.state() != null || url != null) {
                store.forgetFailures(tx, id);
            }
            if (!state.equals(old.state())) {
                changedState(tx, id, state, changed.stateReason());
            }
            audit.note(tx, caller, "endpoint.change", id, Map.of("name", changed.name(), "state", state));
            Notices.send(tx, Outbox.TOPIC);
            return changed;
        });
    }

    void remove(Caller caller, UUID id) {
        database.inTransaction(tx -> {
            get(caller, id);
            Optional<String> site = store.dispatchingSite(tx, id);
            if (site.isPresent()) {
                throw Problem.conflict(
                                "endpoint-in-use",
                                "Endpoint in use",
                                "The site " + site.get() + " dispatches to this endpoint; give it another one first.")
                        .raised();
            }
            tx.handle()
                    .createUpdate("update endpoint set removed_at = :now, state = 'disabled' where id = :id")
                    .bind("now", clock.instant())
                    .bind("id", id)
                    .execute();
            tx.handle()
                    .createUpdate("update delivery set state = 'given-up', last_result = 'endpoint removed'"
                            + " where endpoint = :id and state = 'waiting'")
                    .bind("id", id)
                    .execute();
            accounts.revokeTokensOf(tx, id);
            audit.note(tx, caller, "endpoint.remove", id, Map.of());
        });
    }

    /**
     * Makes a new secret, or a new pair of keys; what was before signs beside it for a day.
     *
     * @throws Problem.Raised 409 if it is no webhook
     */
    Created rotate(Caller caller, UUID id) {
        return database.transaction(tx -> {
            Endpoint endpoint = get(caller, id);
            if (!endpoint.kind().equals(Endpoint.WEBHOOK)) {
                throw Problem.conflict(
                                "no-secret-of-ours",
                                "No secret of ours",
                                "The secret of a " + endpoint.kind()
                                        + " endpoint is made by its platform; change it there and then here.")
                        .raised();
            }
            boolean keys = endpoint.signing().equals("ed25519");
            String secret = keys ? Signature.freshKey() : Signature.freshSecret();
            Instant until = clock.instant().plus(OVERLAP);
            List<Secret> secrets = new ArrayList<>();
            secrets.add(new Secret(secret, null));
            for (Secret old : open(store.secrets(tx, id))) {
                if (old.until() == null) {
                    secrets.add(new Secret(old.text(), until));
                }
            }
            List<Endpoint.PublicKey> shown = keys
                    ? secrets.stream()
                            .map(each -> new Endpoint.PublicKey(Signature.publicKey(each.text()), each.until()))
                            .toList()
                    : List.of();
            store.secrets(tx, id, seal(secrets), shown);
            audit.note(tx, caller, "endpoint.rotate", id, Map.of());
            return new Created(store.find(tx, id).orElseThrow(), keys ? null : secret);
        });
    }

    /** The secrets that sign now, the newest first. */
    List<String> secrets(Tx tx, UUID id) {
        Instant now = clock.instant();
        return open(store.secrets(tx, id)).stream()
                .filter(secret -> secret.until() == null || secret.until().isAfter(now))
                .map(Secret::text)
                .toList();
    }

    /**
     * Says that an endpoint does not do what is asked of it; it is still told everything. Its next success clears this.
     *
     * @param reason in plain words, without a full stop
     */
    public void degrade(Tx tx, UUID id, String reason) {
        if (store.state(tx, id, List.of("active"), "degraded", reason)) {
            changedState(tx, id, "degraded", reason);
        }
    }

    /** It does not want to be told any more. */
    void gone(Tx tx, UUID id) {
        disable(tx, id, "it answered 410 Gone");
    }

    /** An attempt failed: counts, opens the breaker, and after days of nothing else disables or degrades. */
    void failed(Tx tx, UUID id) {
        Instant now = clock.instant();
        EndpointStore.Failing failing = store.failed(tx, id, now);
        Optional<Instant> until = Breaker.openUntil(failing.failures(), now);
        until.ifPresent(instant -> store.open(tx, id, instant));
        Duration disableAfter = settings.get(Settings.DISPATCH_DISABLE_AFTER);
        if (until.isPresent() && !now.isBefore(failing.since().plus(disableAfter))) {
            String reason = "it has taken nothing for " + words(disableAfter);
            Optional<String> site = store.dispatchingSite(tx, id);
            if (site.isEmpty()) {
                disable(tx, id, reason);
            } else {
                String kept = reason + "; it is still tried because the site " + site.get() + " dispatches to it";
                if (store.state(tx, id, List.of("active", "degraded"), "degraded", kept)) {
                    changedState(tx, id, "degraded", kept);
                }
            }
        }
    }

    /**
     * An attempt succeeded.
     *
     * @return whether what waits can go again, after the breaker had been open
     */
    boolean succeeded(Tx tx, UUID id) {
        Optional<EndpointStore.Recovered> before = store.recovered(tx, id);
        before.filter(was -> was.state().equals("degraded")).ifPresent(was -> changedState(tx, id, "active", ""));
        return before.filter(was -> was.failures() >= Breaker.OPENS_AFTER).isPresent();
    }

    private void disable(Tx tx, UUID id, String reason) {
        if (store.state(tx, id, List.of("active", "degraded"), "disabled", reason)) {
            changedState(tx, id, "disabled", reason);
        }
    }

    private static String words(Duration duration) {
        return duration.toHours() < 48 ? duration.toHours() + " hours" : duration.toDays() + " days";
    }

    private void changedState(Tx tx, UUID id, String state, String reason) {
        LOG.warn("endpoint {} is {}{}", id, state, reason.isEmpty() ? " again" : ": " + reason);
        events.publish(tx, "endpoint.changed", null, Map.of("endpoint", id, "state", state));
    }

    private Access access(Tx tx, UUID id) {
        byte[] sealed = store.address(tx, id).orElseThrow();
        return Json.read(key.decrypt(ADDRESS_PURPOSE, sealed), Access.class);
    }

    private byte[] seal(Access access) {
        return key.encrypt(ADDRESS_PURPOSE, Json.bytes(access));
    }

    private byte[] seal(List<Secret> secrets) {
        return key.encrypt(PURPOSE, Json.bytes(secrets));
    }

    private List<Secret> open(byte[] sealed) {
        return Json.read(
                new String(key.decrypt(PURPOSE, sealed), StandardCharsets.UTF_8), new TypeReference<List<Secret>>() {});
    }
}
