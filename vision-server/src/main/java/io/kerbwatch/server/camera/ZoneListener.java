package io.kerbwatch.server.camera;

import io.kerbwatch.server.platform.Caller;
import io.kerbwatch.server.platform.Tx;
import java.util.List;
import java.util.UUID;

/** Is told, in the same transaction, that zones are going away, before they are gone. */
public interface ZoneListener {
    void removing(Tx tx, Caller caller, List<UUID> zones);
}
