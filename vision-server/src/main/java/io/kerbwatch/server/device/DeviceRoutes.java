package io.kerbwatch.server.device;

import io.kerbwatch.server.platform.Operations;
import io.kerbwatch.server.platform.Reply;
import java.util.Map;

/** Devices over HTTP. */
public final class DeviceRoutes {
    private final Devices devices;

    public DeviceRoutes(Devices devices) {
        this.devices = devices;
    }

    public void mount(Operations operations) {
        operations
                .on(
                        "listDevices",
                        request -> Reply.json(Map.of(
                                "items",
                                devices.list(request.caller(), request.queryId("site"), request.query("kind")))))
                .on("createDevice", request -> {
                    Devices.Made made = devices.create(request.caller(), request.body(Devices.Wanted.class));
                    return Reply.created("/api/v1/devices/" + made.device().id(), made)
                            .version(made.device().version());
                })
                .on("getDevice", request -> reply(devices.get(request.caller(), request.id("deviceId"))))
                .on(
                        "changeDevice",
                        request -> reply(devices.change(
                                request.caller(),
                                request.id("deviceId"),
                                request.ifMatch(),
                                request.body(Devices.Wanted.class))))
                .on("renewDeviceToken", request -> Reply.json(devices.renew(request.caller(), request.id("deviceId"))))
                .on("removeDevice", request -> {
                    devices.remove(request.caller(), request.id("deviceId"));
                    return Reply.nothing();
                });
    }

    private static Reply reply(Device device) {
        return Reply.json(device).version(device.version());
    }
}
