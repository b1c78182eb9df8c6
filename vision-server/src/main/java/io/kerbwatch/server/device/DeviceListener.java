package io.kerbwatch.server.device;

import io.kerbwatch.server.platform.Caller;
import io.kerbwatch.server.platform.Tx;
import java.util.UUID;

/** Is told, in the same transaction, that a device is going away, before it is gone. */
public interface DeviceListener {
    void removing(Tx tx, Caller caller, UUID device);
}
