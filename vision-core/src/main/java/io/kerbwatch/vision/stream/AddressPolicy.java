package io.kerbwatch.vision.stream;

import java.net.InetAddress;
import java.net.UnknownHostException;

/**
 * Turns a camera's host into the one address that is connected to. Whoever knows which networks cameras may be in
 * refuses the others here; nothing resolves the name a second time.
 */
@FunctionalInterface
public interface AddressPolicy {
    /**
     * The address to connect to.
     *
     * @throws UnknownHostException if the name has no address
     * @throws StreamException of grade {@link StreamHealth.Grade#REFUSED} if the address is not allowed
     */
    InetAddress resolve(String host) throws UnknownHostException;

    /** Whatever the name resolves to. */
    static AddressPolicy any() {
        return InetAddress::getByName;
    }
}
