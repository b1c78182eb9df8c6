package io.kerbwatch.server.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SettingsTest {
    @Test
    void everyDefaultIsKnown() {
        Map<String, String> expected = new LinkedHashMap<>();
        expected.put("data", "kerbwatch-data");
        expected.put("server.listen", "127.0.0.1:8480");
        expected.put("server.public-url", "");
        expected.put("server.body-limit", "1MiB");
        expected.put("server.workers", "16");
        expected.put("database.url", "");
        expected.put("database.user", "kerbwatch");
        expected.put("database.password", "");
        expected.put("database.connections", "20");
        expected.put("security.key-file", "");
        expected.put("security.sign-in-link-life", "15m");
        expected.put("security.phone-link-life", "24h");
        expected.put("security.phone-session-life", "90d");
        expected.put("security.password-link-life", "24h");
        expected.put("security.session-idle", "12h");
        expected.put("security.session-life", "7d");
        expected.put("oidc.issuer", "");
        expected.put("oidc.client-id", "");
        expected.put("oidc.client-secret", "");
        expected.put("oidc.scopes", "openid profile");
        expected.put("oidc.groups-claim", "groups");
        expected.put("oidc.roles", "");
        expected.put("oidc.sites", "");
        expected.put("oidc.label", "");
        expected.put("oidc.timeout", "5s");
        expected.put("log.format", "text");
        expected.put("cameras.allow", "private,public");
        expected.put("cameras.probe-within", "10s");
        expected.put("cameras.connect-within", "8s");
        expected.put("cameras.key-frame-within", "30s");
        expected.put("cameras.silent-for", "10s");
        expected.put("cameras.longest-retry", "60s");
        expected.put("detector.model", "");
        expected.put("detector.variant", "");
        expected.put("watch.threads", "0");
        expected.put("watch.calm", "10s");
        expected.put("watch.alert", "4s");
        expected.put("judge.confirm-votes", "6");
        expected.put("judge.confirm-percent", "65");
        expected.put("judge.confirm-span", "30s");
        expected.put("judge.confirm-window", "75s");
        expected.put("judge.clear-votes", "12");
        expected.put("judge.clear-span", "2m");
        expected.put("judge.verify-votes", "7");
        expected.put("judge.verify-span", "45s");
        expected.put("judge.camera-latency", "3s");
        expected.put("judge.unknown-after", "2m");
        expected.put("dispatch.allow", "public");
        expected.put("dispatch.fast-timeout", "5s");
        expected.put("dispatch.slow-timeout", "15s");
        expected.put("dispatch.concurrency", "4");
        expected.put("dispatch.give-up-after", "3d");
        expected.put("dispatch.disable-after", "5d");
        expected.put("orders.accept-within", "2m");
        expected.put("orders.arrive-within", "10m");
        expected.put("orders.finish-within", "30m");
        expected.put("orders.verify-within", "5m");
        expected.put("orders.reopen-within", "15m");
        expected.put("orders.review-after-cancel", "30m");
        expected.put("orders.false-alarm-for", "24h");
        expected.put("orders.check-percent", "10");
        expected.put("orders.per-camera", "4");
        expected.put("orders.per-hour", "60");
        expected.put("devices.allow", "private");
        expected.put("mqtt.url", "");
        expected.put("mqtt.username", "");
        expected.put("mqtt.password", "");
        expected.put("mqtt.client-id", "kerbwatch");
        expected.put("mqtt.topic", "kerbwatch/devices/#");
        expected.put("dust.listen", "");
        expected.put("dust.connections", "512");
        expected.put("dust.connections-per-address", "32");
        expected.put("map.tiles", "");
        expected.put("map.datum", "wgs84");
        expected.put("retention.readings", "30d");
        expected.put("retention.minutes", "400d");
        expected.put("retention.incident-pictures", "30d");
        expected.put("retention.other-pictures", "24h");
        expected.put("retention.photos", "30d");

        Map<String, String> actual = new LinkedHashMap<>();
        Settings.defaults().lines().forEach(line -> actual.put(line.setting().name(), line.text()));

        assertThat(actual).containsExactlyEntriesOf(expected);
        assertThat(Settings.defaults().lines()).allMatch(line -> line.origin().equals("default"));
    }

    @Test
    void valuesHaveTypes() {
        Settings settings = Settings.defaults()
                .with(Settings.ORDERS_ACCEPT_WITHIN, "90s")
                .with(Settings.SERVER_BODY_LIMIT, "2 MiB")
                .with(Settings.SERVER_PUBLIC_URL, "https://k.example.org/")
                .with(Settings.SERVER_LISTEN, "[::1]:0");

        assertThat(settings.get(Settings.ORDERS_ACCEPT_WITHIN)).isEqualTo(Duration.ofSeconds(90));
        assertThat(settings.get(Settings.SERVER_BODY_LIMIT)).isEqualTo(2L << 20);
        assertThat(settings.get(Settings.SERVER_PUBLIC_URL))
                .isEqualTo(Optional.of(URI.create("https://k.example.org")));
        assertThat(settings.get(Settings.SERVER_LISTEN)).isEqualTo(new HostPort("::1", 0));
    }

    @Test
    void flagWinsOverEnvironmentOverFileAndTheOriginIsTold(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("kerbwatch.yaml");
        Files.writeString(file, """
                server:
                  listen: 0.0.0.0:1
                  workers: 4
                dispatch.allow: [10.1.0.0/16, public]
                orders:
                  accept-within: 1m
                """);

        Settings settings = Settings.load(
                file,
                Map.of("KERBWATCH_SERVER_LISTEN", "0.0.0.0:2", "KERBWATCH_SERVER_WORKERS", "5", "PATH", "/bin"),
                Map.of("server.listen", "0.0.0.0:3"));

        assertThat(settings.get(Settings.SERVER_LISTEN).port()).isEqualTo(3);
        assertThat(settings.origin(Settings.SERVER_LISTEN)).isEqualTo("flag --server.listen");
        assertThat(settings.get(Settings.SERVER_WORKERS)).isEqualTo(5);
        assertThat(settings.origin(Settings.SERVER_WORKERS)).isEqualTo("environment KERBWATCH_SERVER_WORKERS");
        assertThat(settings.get(Settings.ORDERS_ACCEPT_WITHIN)).isEqualTo(Duration.ofMinutes(1));
        assertThat(settings.origin(Settings.ORDERS_ACCEPT_WITHIN)).isEqualTo("file " + file);
        assertThat(settings.origin(Settings.DATA)).isEqualTo("default");
    }

    @Test
    void anUnknownNameFailsWithTheNearestKnownOne(@TempDir Path folder) throws IOException {
        Path file = Files.writeString(folder.resolve("k.yaml"), "orders:\n  acept-within: 1m\n");

        assertThatThrownBy(() -> Settings.load(file, Map.of(), Map.of()))
                .isInstanceOf(Settings.Invalid.class)
                .hasMessageContaining("'orders.acept-within'")
                .hasMessageContaining("'orders.accept-within'");
        assertThatThrownBy(() -> Settings.load(null, Map.of("KERBWATCH_DATABSE_URL", "x"), Map.of()))
                .hasMessageContaining("did you mean 'KERBWATCH_DATABASE_URL'");
    }

    @Test
    void aValueOutOfBoundsSaysWhichAndWhere(@TempDir Path folder) throws IOException {
        Path file = Files.writeString(folder.resolve("k.yaml"), "server:\n  workers: 1000\n");

        assertThatThrownBy(() -> Settings.load(file, Map.of(), Map.of()))
                .hasMessage("server.workers (file " + file + "): '1000' must lie between 2 and 256");
        assertThatThrownBy(() -> Settings.defaults().with(Settings.ORDERS_ACCEPT_WITHIN, "2 minutes"))
                .hasMessageContaining("is no duration");
        assertThatThrownBy(() -> Settings.defaults().with(Settings.DISPATCH_ALLOW, "10.0.0.0/33"))
                .hasMessageContaining("is no network");
        assertThatThrownBy(() -> Settings.load(folder.resolve("none.yaml"), Map.of(), Map.of()))
                .hasMessage("there is no file " + folder.resolve("none.yaml"));
    }

    @Test
    void groupsAreGivenRolesAndSitesInOrder(@TempDir Path folder) throws IOException {
        UUID site = UUID.randomUUID();
        Path file = Files.writeString(folder.resolve("k.yaml"), """
                oidc:
                  issuer: https://id.example.org/realm/
                  scopes: [openid, groups]
                  roles: [kw-admins=admin, 'cn=night\\,shift\\,dc=x=operator']
                  sites: kw-admins=all, north=%s
                """.formatted(site));

        Settings settings = Settings.load(file, Map.of(), Map.of());

        assertThat(settings.get(Settings.OIDC_ISSUER))
                .as("kept letter by letter")
                .contains("https://id.example.org/realm/");
        assertThat(settings.get(Settings.OIDC_SCOPES)).containsExactly("openid", "groups");
        assertThat(settings.get(Settings.OIDC_ROLES))
                .containsExactly(Map.entry("kw-admins", Role.ADMIN), Map.entry("cn=night,shift,dc=x", Role.OPERATOR));
        assertThat(settings.get(Settings.OIDC_SITES))
                .containsExactly(Map.entry("kw-admins", Optional.empty()), Map.entry("north", Optional.of(site)));
    }

    @Test
    void aProviderThatIsSetWronglyStopsTheStart() {
        Settings settings = Settings.defaults();
        for (String issuer : List.of("http://id.example.org", "https://id.example.org/?a=b", "id.example.org")) {
            assertThatThrownBy(() -> settings.with(Settings.OIDC_ISSUER, issuer))
                    .as(issuer)
                    .isInstanceOf(Settings.Invalid.class);
        }
        assertThat(settings.with(Settings.OIDC_ISSUER, "http://127.0.0.1:9/").get(Settings.OIDC_ISSUER))
                .contains("http://127.0.0.1:9/");
        assertThatThrownBy(() -> settings.with(Settings.OIDC_ROLES, "a=admin,b=boss"))
                .hasMessageContaining("is wrong at 'b=boss': there is no role 'boss'");
        assertThatThrownBy(() -> settings.with(Settings.OIDC_ROLES, "admins")).hasMessageContaining("which is no pair");
        assertThatThrownBy(() -> settings.with(Settings.OIDC_SITES, "a=North Gate"))
                .hasMessageContaining("neither the id of a site nor 'all'");
        assertThatThrownBy(() -> settings.with(Settings.OIDC_SCOPES, "profile"))
                .hasMessageContaining("must have the scope openid");
    }
}
