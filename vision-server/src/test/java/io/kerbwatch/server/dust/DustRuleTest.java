package io.kerbwatch.server.dust;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a rule over dust does at its edges. The tests' clock begins at 10:00 in Shanghai. */
class DustRuleTest {
    private final DustWorld world = new DustWorld();

    @AfterEach
    void end() {
        world.close();
    }

    @Test
    void betweenTheTwoLimitsNothingIsRaisedAndNothingEnds() {
        world.rule(5, "\"raiseAt\":150,\"clearAt\":120,\"classes\":[\"sweeping\"]");
        DustWorld.Http monitor = world.http("gate");
        monitor.minutes(6, 135);
        assertThat(world.standing(monitor.id).get("alarm").asBoolean()).isFalse();
        assertThat(world.orders()).isEmpty();
        monitor.minutes(6, 210);
        assertThat(world.orders()).hasSize(1);
        monitor.minutes(10, 135);
        assertThat(world.standing(monitor.id).get("state").asText()).isEqualTo("low");
        assertThat(world.standing(monitor.id).get("alarm").asBoolean()).isTrue();
        assertThat(world.state(world.orders().get(0))).isNotEqualTo("self-cleared");
        monitor.minutes(6, 110);
        assertThat(world.standing(monitor.id).get("alarm").asBoolean()).isFalse();
        assertThat(world.state(world.orders().get(0))).isEqualTo("self-cleared");
        assertThat(world.orders()).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(ints = {15, 60})
    void threeQuartersOfALongWindowHaveToBeThere(int window) {
        world.rule(window, "\"raiseAt\":150,\"classes\":[\"sweeping\"]");
        DustWorld.Http monitor = world.http("gate");
        int enough = (window * 3 + 3) / 4;
        monitor.minutes(enough - 1, 200);
        assertThat(world.standing(monitor.id).get("state").asText()).isEqualTo("unknown");
        assertThat(world.standing(monitor.id).get("reason").asText())
                .isEqualTo("fewer than 75 % of the last " + window + " minutes have a reading");
        assertThat(world.orders()).isEmpty();
        monitor.minutes(1, 200);
        assertThat(world.standing(monitor.id).get("state").asText()).isEqualTo("high");
        assertThat(world.orders()).hasSize(1);
        assertThat(world.orders().get(0).get("note").asText()).contains("over " + window + " min");
    }

    @Test
    void whatIsAllowedADayIsAllowedAgainOnTheNext() {
        world.rule(5, "\"raiseAt\":150,\"allowed\":1,\"classes\":[\"sweeping\"]");
        DustWorld.Http monitor = world.http("gate");
        once(monitor);
        assertThat(world.standing(monitor.id).get("exceeded").asInt()).isEqualTo(1);
        world.kerbwatch.clock.advance(Duration.ofDays(1));
        once(monitor);
        assertThat(world.standing(monitor.id).get("exceeded").asInt())
                .as("a new day")
                .isEqualTo(1);
        assertThat(world.orders()).isEmpty();
        once(monitor);
        assertThat(world.orders()).as("the second of one day").hasSize(1);
    }

    /** One window over the limit, and low ones after it. */
    private static void once(DustWorld.Http monitor) {
        monitor.minutes(4, 200);
        monitor.minutes(6, 40);
    }

    @Test
    void nobodySprinklesWhenNobodyKnowsHowColdItIs() {
        world.rule(5, "\"raiseAt\":150");
        DustWorld.Http monitor = world.http("gate");
        for (int minute = 0; minute < 5; minute++) {
            monitor.post("{\"at\":\"" + world.now().minusSeconds(60) + "\",\"pm10\":30" + minute + "}");
            world.look();
        }
        assertThat(world.orders()).hasSize(1);
        assertThat(world.orders().get(0).get("class").asText()).isEqualTo("sweeping");
        assertThat(world.orders().get(0).get("note").asText()).contains("no sprinkling: nobody knows how cold it is");
    }

    @Test
    void meansOfMinutesOverHttpCountOnceAndRaise() {
        world.rule(5, "\"raiseAt\":150,\"classes\":[\"sweeping\"]");
        DustWorld.Http monitor = world.http("gate");
        for (int minute = 0; minute < 5; minute++) {
            String mean = "{\"at\":\"" + world.now().minusSeconds(60) + "\",\"mean\":true,\"pm10\":20" + minute + "}";
            monitor.post(mean);
            monitor.post(mean);
            world.look();
        }
        List<JsonNode> minutes = world.minutes(monitor.id);
        assertThat(minutes).hasSize(5);
        assertThat(minutes).allMatch(minute -> minute.get("count").asInt() == 1);
        assertThat(world.standing(monitor.id).get("value").asDouble()).isEqualTo(202);
        assertThat(world.orders()).hasSize(1);
    }

    @Test
    void presetsNameTheirSourceAndNoneClaimsToBeOfHere() {
        JsonNode presets =
                world.kerbwatch.api.get("/api/v1/dust/presets").expect(200).get("items");
        assertThat(presets).isNotEmpty();
        for (JsonNode preset : presets) {
            assertThat(preset.get("basis").asText()).matches("DB\\d{2}/\\d+-\\d{4}, .*as cited by.*");
        }
        assertThat(presets.toString().toLowerCase(Locale.ROOT))
                .doesNotContain("guangdong", "shenzhen", "广东", "深圳", "db44", "db4403");
        assertThat(world.kerbwatch.api.get("/api/v1/dust/rules").expect(200).get("items"))
                .as("none holds unless somebody says so")
                .isEmpty();
    }

    /** An hour earlier the air was clean, and that hour comes again. */
    @Test
    void aClockThatIsSetBackAnHourAndForwardAgainRaisesAndEndsNothing() {
        world.rule(5, "\"raiseAt\":150,\"clearAt\":120,\"classes\":[\"sweeping\"]");
        DustWorld.Http monitor = world.http("gate");
        monitor.minutes(20, 40);
        world.kerbwatch.clock.advance(Duration.ofMinutes(35));
        monitor.minutes(6, 300);
        assertThat(world.orders()).hasSize(1);
        JsonNode order = world.orders().get(0);
        Instant looked = Instant.parse(world.standing(monitor.id).get("at").asText());

        world.kerbwatch.clock.advance(Duration.ofHours(-1));
        monitor.minutes(5, 300);
        assertThat(world.standing(monitor.id).get("state").asText()).isEqualTo("unknown");
        assertThat(world.standing(monitor.id).get("reason").asText())
                .isEqualTo("the clock was set back; minutes are looked at again after " + looked);
        assertThat(world.standing(monitor.id).get("alarm").asBoolean()).isTrue();
        assertThat(world.device(monitor.id).get("health").asText()).isEqualTo("ok");
        assertThat(world.state(order)).isNotEqualTo("self-cleared");

        world.kerbwatch.clock.advance(Duration.ofHours(1));
        monitor.minutes(6, 300);
        assertThat(world.orders()).hasSize(1);
        assertThat(world.standing(monitor.id).get("state").asText()).isEqualTo("high");
        monitor.minutes(6, 40);
        assertThat(world.state(order)).as("nothing is stuck").isEqualTo("self-cleared");

        world.kerbwatch.clock.advance(Duration.ofHours(-1));
        for (int minute = 0; minute < 11; minute++) {
            world.look();
        }
        assertThat(world.device(monitor.id).get("health").asText())
                .as("last heard in an hour that is still to come")
                .isEqualTo("ok");
        monitor.minutes(1, 40);
        for (int minute = 0; minute < 11; minute++) {
            world.look();
        }
        assertThat(world.device(monitor.id).get("health").asText()).isEqualTo("silent");
        world.kerbwatch.clock.advance(Duration.ofHours(1));
        monitor.minutes(5, 300);
        assertThat(world.orders()).as("what comes later is raised as ever").hasSize(2);
    }

    @Test
    void aStuckMonitorThatFallsSilentIsSilentUntilItIsHeardAgain() {
        world.rule(60, "\"raiseAt\":150,\"classes\":[\"sweeping\"]");
        DustWorld.Http monitor = world.http("gate");
        for (int minute = 0; minute < 62; minute++) {
            monitor.send(world.now().minusSeconds(60), 140);
            world.look();
        }
        assertThat(health(monitor)).isEqualTo("faulty");
        for (int minute = 0; minute < 12; minute++) {
            world.look();
        }
        for (int look = 0; look < 5; look++) {
            world.kerbwatch.clock.advance(Duration.ofSeconds(5));
            world.kerbwatch.lookAtDevices();
            assertThat(health(monitor)).isEqualTo("silent");
        }
        assertThat(world.standing(monitor.id).get("reason").asText()).startsWith("nothing was heard since");
        monitor.send(world.now().minusSeconds(60), 140);
        world.look();
        assertThat(health(monitor)).isEqualTo("faulty");
    }

    private String health(DustWorld.Http monitor) {
        return world.device(monitor.id).get("health").asText();
    }

    /** A window of an hour has enough minutes still when a monitor has been silent for ten. */
    @Test
    void whatASilentMonitorSaidBeforeEndsNothing() {
        world.rule(60, "\"raiseAt\":150,\"classes\":[\"sweeping\"]");
        DustWorld.Http monitor = world.http("gate");
        monitor.minutes(60, 200);
        for (int minute = 0; minute < 11; minute++) {
            world.look();
        }
        assertThat(health(monitor)).isEqualTo("silent");
        assertThat(world.standing(monitor.id).get("state").asText()).isEqualTo("unknown");
        assertThat(world.standing(monitor.id).get("alarm").asBoolean()).isTrue();
    }
}
