package io.kerbwatch.server.camera;

import io.kerbwatch.server.platform.Operations;
import io.kerbwatch.server.platform.Reply;
import io.kerbwatch.server.platform.Request;
import io.kerbwatch.vision.judge.Kind;
import io.kerbwatch.vision.judge.Zone;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;

/** Cameras over HTTP. */
public final class CameraRoutes {
    private static final String BOUNDARY = "kerbwatch-picture";
    /** Pictures come every few seconds; more often than this nobody could tell. */
    private static final long LIVE_MILLIS = 1000;

    private final Vertx vertx;
    private final Cameras cameras;

    public CameraRoutes(Vertx vertx, Cameras cameras) {
        this.vertx = vertx;
        this.cameras = cameras;
    }

    record Probe(String url) {}

    record Zones(List<Cameras.WantedZone> zones) {}

    record ShownZone(String id, String name, List<Zone.Point> polygon, List<String> kinds) {}

    public void mount(Operations operations) {
        operations
                .on(
                        "listCameras",
                        request -> Reply.json(Map.of("items", cameras.list(request.caller(), request.queryId("site")))))
                .on("registerCamera", this::register)
                .on("probeCamera", request -> {
                    Probe probe = request.body(Probe.class);
                    return Reply.json(cameras.probe(probe.url()).shown());
                })
                .on("getCamera", request -> reply(cameras.get(request.caller(), request.id("cameraId"))))
                .on(
                        "changeCamera",
                        request -> reply(cameras.change(
                                request.caller(),
                                request.id("cameraId"),
                                request.ifMatch(),
                                request.body(Cameras.Change.class))))
                .on("removeCamera", request -> {
                    cameras.remove(request.caller(), request.id("cameraId"));
                    return Reply.nothing();
                })
                .on(
                        "getPicture",
                        request -> Reply.of(
                                "image/jpeg",
                                cameras.picture(
                                        request.caller(), request.id("cameraId"), request.flag("annotated", true))))
                .stream("livePicture", this::live)
                .on("getZones", request -> zones(request, cameras.zones(request.caller(), request.id("cameraId"))))
                .on(
                        "replaceZones",
                        request -> zones(
                                request,
                                cameras.replaceZones(
                                        request.caller(),
                                        request.id("cameraId"),
                                        request.ifMatch(),
                                        request.body(Zones.class).zones())));
    }

    private Reply register(Request request) {
        Cameras.Registered registered = cameras.register(request.caller(), request.body(Cameras.NewCamera.class));
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("camera", registered.camera());
        body.put("probe", registered.probe().shown());
        return Reply.created("/api/v1/cameras/" + registered.camera().id(), body)
                .version(registered.camera().version());
    }

    private Reply zones(Request request, List<Zone> zones) {
        List<ShownZone> shown = zones.stream()
                .map(zone -> new ShownZone(
                        zone.id(),
                        zone.name(),
                        zone.polygon(),
                        zone.kinds().stream().map(Kind::code).sorted().toList()))
                .toList();
        return Reply.json(Map.of("zones", shown))
                .version(cameras.get(request.caller(), request.id("cameraId")).version());
    }

    private static Reply reply(Camera camera) {
        return Reply.json(camera).version(camera.version());
    }

    /** MJPEG: a part for each new picture. */
    private void live(Request request, RoutingContext context) {
        UUID id = request.id("cameraId");
        boolean annotated = request.flag("annotated", true);
        HttpServerResponse response = context.response();
        response.setChunked(true)
                .putHeader("content-type", "multipart/x-mixed-replace; boundary=" + BOUNDARY)
                .putHeader("cache-control", "no-store");
        AtomicBoolean busy = new AtomicBoolean();
        AtomicReference<byte[]> last = new AtomicReference<>(new byte[0]);
        long timer = vertx.setPeriodic(1, LIVE_MILLIS, tick -> {
            if (response.writeQueueFull() || !busy.compareAndSet(false, true)) {
                return;
            }
            vertx.executeBlocking(() -> cameras.picture(request.caller(), id, annotated), false)
                    .onSuccess(picture -> {
                        if (!Arrays.equals(picture, last.getAndSet(picture))) {
                            response.write(Buffer.buffer("--" + BOUNDARY + "\r\nContent-Type: image/jpeg\r\n"
                                            + "Content-Length: " + picture.length + "\r\n\r\n")
                                    .appendBytes(picture)
                                    .appendString("\r\n"));
                        }
                    })
                    .onComplete(done -> busy.set(false));
        });
        response.closeHandler(closed -> vertx.cancelTimer(timer));
    }
}
