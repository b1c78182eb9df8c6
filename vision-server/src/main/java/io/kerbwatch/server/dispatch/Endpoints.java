package io.kerbwatch.server.dispatch;

import com.fasterxml.jackson.core.type.TypeReference;
import io.kerbwatch.server.account.Accounts;
import io.kerbwatch.server.audit.Audit;
import io.kerbwatch.server.event.Events;
import io.kerbwatch.server.platform.AddressPolicy;
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
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The webhook endpoints: who is told, and with which secrets. */
public final class Endpoints {
    private static final Logger LOG = LoggerFactory.getLogger(Endpoints.class);
    private static final String PURPOSE = "webhook-secret";
    /** How long the secret before goes on signing beside a new one. */
    private static final Duration OVERLAP = Duration.ofHours(24);

    private final Database database;
    private final InstantSource clock;
    private final Ids ids;
    private final MasterKey key;
    private final Settings settings;
    private final Courier courier;
    private final Audit audit;
    private final Accounts accounts;
    private final Events events;
    private final EndpointStore store = new EndpointStore();

    Endpoints(
            Database database,
            InstantSource clock,
            Ids ids,
            MasterKey key,
            Settings settings,
            Courier courier,
            Audit audit,
            Accounts accounts,
            Events events) {
        this.database = database;
        this.clock = clock;
        this.ids = ids;
        this.key = key;
        this.settings = settings;
        this.courier = courier;
        this.audit = audit;
        this.accounts = accounts;
        this.events = events;
    }

    private record Secret(String text, @Nullable Instant until) {}

    /**
     * What a new endpoint is to be; lists may be left out.
     *
     * @param secret the receiver's own, so that it knows the first ping already; left out, one is made
     */
    public record NewEndpoint(
            String name,
            String url,
            @Nullable String reports,
            @Nullable List<String> events,
            @Nullable List<UUID> sites,
            @Nullable String secret) {}

    /** What to change; what is left out stays. */
    public record Change(
            @Nullable String name,
            @Nullable String url,
            @Nullable String reports,
            @Nullable List<String> events,
            @Nullable List<UUID> sites,
            @Nullable String state) {}

    /** An endpoint with a secret, which is told once. */
    public record Created(Endpoint endpoint, String secret) {}

    /**
     * Makes an endpoint and pings it. An endpoint that does not answer is kept all the same, and says so.
     *
     * @throws Problem.Raised 400 if the URL is none, or points where {@code dispatch.allow} does not, or if the secret is
     *     none
     */
    public Created create(Caller caller, NewEndpoint wanted) {
        checkUrl(wanted.url());
        String own = wanted.secret();
        if (own != null && !Signature.isSecret(own)) {
            throw Problem.invalid("/secret", "A secret is whsec_ and " + Signature.SECRET_LENGTHS + " bytes in base64.")
                    .raised();
        }
        String secret = own == null ? Signature.freshSecret() : own;
        Endpoint endpoint = new Endpoint(
                ids.next(),
                wanted.name(),
                wanted.url(),
                wanted.reports() == null ? "steps" : wanted.reports(),
                wanted.events() == null ? List.of() : wanted.events(),
                wanted.sites() == null ? List.of() : wanted.sites(),
                "active",
                "",
                null,
                1,
                clock.instant());
        database.inTransaction(tx -> {
            store.insert(tx, endpoint, seal(List.of(new Secret(secret, null))));
            audit.note(tx, caller, "endpoint.create", endpoint.id(), Map.of("name", endpoint.name()));
        });
        return new Created(ping(endpoint.id()), secret);
    }

    /** Sends a ping now and keeps how it went. */
    Endpoint ping(UUID id) {
        Endpoint endpoint = get(id);
        List<String> secrets = database.transaction(tx -> secrets(tx, id));
        Instant at = clock.instant();
        byte[] body =
                Json.bytes(Message.envelope("ping", at, Map.of("endpoint", Map.of("id", id, "name", endpoint.name()))));
        Duration timeout = settings.get(Settings.DISPATCH_FAST_TIMEOUT);
        Courier.Result result;
        try {
            result = courier.send(URI.create(endpoint.url()), Message.wireId(ids.next()), body, secrets, timeout)
                    .toCompletionStage()
                    .toCompletableFuture()
                    .get(timeout.toMillis() + 10_000, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            result = new Courier.Result(null, "the server is stopping", "", Optional.empty(), 0);
        } catch (ExecutionException | TimeoutException e) {
            result = new Courier.Result(null, "its name could not be resolved in time", "", Optional.empty(), 0);
        }
        Endpoint.Ping ping =
                new Endpoint.Ping(at, result.delivered(), result.status(), result.result(), result.milliseconds());
        return database.transaction(tx -> {
            store.ping(tx, id, ping);
            return store.find(tx, id).orElseThrow();
        });
    }

    public List<Endpoint> list() {
        return database.transaction(store::list);
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
        String url = change.url();
        if (url != null) {
            checkUrl(url);
        }
        return database.transaction(tx -> {
            Endpoint old = get(id);
            String state = change.state() == null ? old.state() : change.state();
            Endpoint changed = new Endpoint(
                    id,
                    change.name() == null ? old.name() : change.name(),
                    url == null ? old.url() : url,
                    change.reports() == null ? old.reports() : change.reports(),
                    change.events() == null ? old.events() : change.events(),
                    change.sites() == null ? old.sites() : change.sites(),
                    state,
                    change.state() == null ? old.stateReason() : state.equals("active") ? "" : "disabled by hand",
                    old.ping(),
                    version + 1,
                    old.createdAt());
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
            get(id);
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

    /** Makes a new secret; the one before signs beside it for a day. */
    Created rotate(Caller caller, UUID id) {
        return database.transaction(tx -> {
            get(id);
            String secret = Signature.freshSecret();
            Instant until = clock.instant().plus(OVERLAP);
            List<Secret> secrets = new ArrayList<>();
            secrets.add(new Secret(secret, null));
            for (Secret old : open(store.secrets(tx, id))) {
                if (old.until() == null) {
                    secrets.add(new Secret(old.text(), until));
                }
            }
            store.secrets(tx, id, seal(secrets));
            audit.note(tx, caller, "endpoint.rotate", id, Map.of());
            return new Created(get(id), secret);
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

    private byte[] seal(List<Secret> secrets) {
        return key.encrypt(PURPOSE, Json.bytes(secrets));
    }

    private List<Secret> open(byte[] sealed) {
        return Json.read(
                new String(key.decrypt(PURPOSE, sealed), StandardCharsets.UTF_8), new TypeReference<List<Secret>>() {});
    }

    private void checkUrl(String url) {
        URI uri;
        try {
            uri = new URI(url);
        } catch (URISyntaxException e) {
            throw Problem.invalid("/url", "This is no URL: " + e.getReason() + ".")
                    .raised();
        }
        String scheme = String.valueOf(uri.getScheme());
        if (!(scheme.equalsIgnoreCase("http") || scheme.equalsIgnoreCase("https")) || uri.getHost() == null) {
            throw Problem.invalid("/url", "Give an address like https://example.org/hooks/kerbwatch.")
                    .raised();
        }
        if (uri.getRawUserInfo() != null) {
            throw Problem.invalid("/url", "Leave user and password out; messages prove themselves by signature.")
                    .raised();
        }
        try {
            settings.get(Settings.DISPATCH_ALLOW).check(uri.getHost());
        } catch (AddressPolicy.Refused e) {
            if (!e.unknown()) {
                throw Problem.invalid("/url", "It cannot be used: " + e.getMessage() + ".")
                        .raised();
            }
        }
    }
}
