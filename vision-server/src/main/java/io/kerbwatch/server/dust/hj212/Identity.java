package io.kerbwatch.server.dust.hj212;

/** Who sends, as far as the MN and the PW of a packet tell (HJ 212-2017); there is no other sign-in. */
public sealed interface Identity {
    /** A registered device with the right password. */
    record Known(Device device) implements Identity {}

    /** Nobody registered this MN. */
    record Unregistered() implements Identity {}

    /** The MN is registered, with another password. */
    record WrongPassword() implements Identity {}
}
