package io.kerbwatch.server;

import com.fasterxml.jackson.databind.JsonNode;
import io.kerbwatch.server.account.Accounts;
import io.kerbwatch.server.platform.Caller;
import io.kerbwatch.vision.judge.Finding;
import io.kerbwatch.vision.judge.Kind;
import io.kerbwatch.vision.watch.Verification;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import javax.imageio.ImageIO;

/** A server with something of every kind in it, so that made-up requests find more than an empty house. */
final class FuzzWorld implements AutoCloseable {
    final TestServer kerbwatch = TestServer.start();
    /** Ids to put into paths, by the parameter's name. */
    final Map<String, List<String>> ids = new LinkedHashMap<>();

    private final Phone phone;

    FuzzWorld() {
        // Nothing listens there: what is sent to it fails at once.
        UUID endpoint = made(
                "endpointId",
                post("/api/v1/endpoints", "{\"name\":\"city\",\"url\":\"http://127.0.0.1:9/hook\"}")
                        .get("endpoint"));
        UUID here = made("siteId", post("/api/v1/sites", "{\"name\":\"gate\",\"latitude\":22.5,\"longitude\":114.0}"));
        UUID there = made(
                "siteId",
                post(
                        "/api/v1/sites",
                        "{\"name\":\"market\",\"dispatchMode\":\"webhook-then-crews\",\"dispatchEndpoint\":\""
                                + endpoint + "\"}"));
        UUID camera = kerbwatch.camera(here, "10.0.0.8");
        UUID other = kerbwatch.camera(there, "10.0.0.9");
        note("cameraId", camera, other);
        UUID team = made("teamId", post("/api/v1/teams", "{\"name\":\"east\"}"));
        UUID li = made("memberId", post("/api/v1/crews", "{\"name\":\"Li\",\"team\":\"" + team + "\"}"));
        made(
                "shiftId",
                post(
                        "/api/v1/shifts",
                        "{\"team\":\"" + team
                                + "\",\"name\":\"day\",\"days\":[1,2],\"starts\":\"06:00\",\"ends\":\"14:00\"}"));
        made(
                "accountId",
                post("/api/v1/accounts", "{\"name\":\"wang\",\"role\":\"operator\"}")
                        .get("account"));
        made(
                "tokenId",
                post("/api/v1/tokens", "{\"name\":\"spare\",\"role\":\"viewer\"}")
                        .get("token"));
        phone = Phone.signIn(
                post("/api/v1/crews/" + li + "/link", "").get("url").asText());
        phone.here(22.5, 114.0);

        UUID closed = dirty(camera);
        phone.move(closed, "accept").expect(200);
        phone.move(closed, "arrive").expect(200);
        JsonNode photo = phone.post(
                        "/api/v1/orders/" + closed + "/photos",
                        "{\"jpeg\":\"" + jpeg() + "\",\"takenAt\":\"" + kerbwatch.clock.instant() + "\"}")
                .expect(201);
        made("photoId", photo);
        JsonNode asked = phone.post("/api/v1/orders/" + closed + "/suspension-requests", "{\"reason\":\"rain\"}")
                .expect(201);
        made("requestId", asked);
        phone.move(closed, "done").expect(200);
        kerbwatch.answer(Verification.Outcome.CLEAN);
        kerbwatch.tell(camera, Kind.OVERFLOW, Finding.Type.CLEARED);
        UUID open = dirty(other);
        note(
                "orderId",
                closed,
                open,
                made("orderId", post("/api/v1/orders", "{\"site\":\"" + here + "\",\"kind\":\"litter\"}")));
        kerbwatch.api.get("/api/v1/incidents").expect(200).get("items").forEach(incident -> {
            note("incidentId", TestServer.id(incident));
            note(
                    "snapshotId",
                    UUID.fromString(incident.path("openedSnapshot")
                            .asText(incident.get("id").asText())));
        });
        kerbwatch
                .api
                .get("/api/v1/endpoints/" + endpoint + "/deliveries")
                .expect(200)
                .get("items")
                .forEach(line -> note("deliveryId", TestServer.id(line)));
        JsonNode clause = kerbwatch
                .api
                .get("/api/v1/sites/" + here + "/clauses")
                .expect(200)
                .at("/items/0");
        note("clauseId", TestServer.id(clause));
        made(
                "checkId",
                post(
                        "/api/v1/checks",
                        "{\"site\":\"" + here + "\",\"items\":[{\"clause\":\"" + TestServer.id(clause)
                                + "\",\"outcome\":\"broken\"}]}"));
        made(
                "contractId",
                post(
                        "/api/v1/contracts",
                        "{\"name\":\"lot 1\",\"contractor\":\"Clean Ltd\",\"firstMonth\":\"2026-10\",\"sites\":[\""
                                + here + "\"]}"));
        ids.put("standardCode", List.of("RS", "PT", "X1"));
        ids.put("spaceCode", List.of("refuse-station", "green"));
        ids.put("month", List.of("2026-11", "2026-10"));
        ids.put("orderClass", List.of("refuse", "root-cause"));
        ids.put("schemaFile", List.of("order.filed.json", "ping.json"));
    }

    /** A token of that role. */
    String token(String role) {
        return kerbwatch
                .server
                .accounts()
                .createToken(Caller.SYSTEM, new Accounts.NewToken("fuzz " + role, role, null, null, null, null))
                .secret();
    }

    /** The headers that a crew member's phone sends. */
    List<String> phone() {
        return phone.headers();
    }

    private UUID dirty(UUID camera) {
        kerbwatch.tell(camera, Kind.OVERFLOW, Finding.Type.CONFIRMED);
        return TestServer.id(kerbwatch.orders().get(0));
    }

    private JsonNode post(String path, String body) {
        return kerbwatch.api.post(path, body).expect(201);
    }

    private UUID made(String parameter, JsonNode thing) {
        UUID id = TestServer.id(thing);
        note(parameter, id);
        return id;
    }

    private void note(String parameter, UUID... some) {
        for (UUID id : some) {
            ids.computeIfAbsent(parameter, name -> new ArrayList<>()).add(id.toString());
        }
    }

    private static String jpeg() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try {
            ImageIO.write(new BufferedImage(64, 64, BufferedImage.TYPE_INT_RGB), "jpg", out);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return Base64.getEncoder().encodeToString(out.toByteArray());
    }

    @Override
    public void close() {
        kerbwatch.close();
    }
}
