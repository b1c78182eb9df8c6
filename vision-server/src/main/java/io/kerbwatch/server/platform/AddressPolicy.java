package io.kerbwatch.server.platform;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * Which networks this server may connect to on someone's word. A name is resolved once, every address that it has is
 * checked, and the caller connects to an address that was checked, so that a name that changes its mind between check
 * and connection gains nothing.
 *
 * <p>Loopback, link-local (where clouds keep their credentials), multicast and reserved ranges are in no named group but
 * {@code loopback}; who needs one of them writes its CIDR.
 */
public final class AddressPolicy {
    private static final Map<String, List<String>> GROUPS = Map.of(
            "private", List.of("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "fc00::/7"),
            "loopback", List.of("127.0.0.0/8", "::1/128"));
    /** Not public: RFC 6890 and its updates, and whatever embeds an IPv4 address that would have to be looked at. */
    private static final List<Network> SPECIAL = networks(List.of(
            "0.0.0.0/8",
            "10.0.0.0/8",
            "100.64.0.0/10",
            "127.0.0.0/8",
            "169.254.0.0/16",
            "172.16.0.0/12",
            "192.0.0.0/24",
            "192.0.2.0/24",
            "192.88.99.0/24",
            "192.168.0.0/16",
            "198.18.0.0/15",
            "198.51.100.0/24",
            "203.0.113.0/24",
            "224.0.0.0/3",
            "::/96",
            "::1/128",
            "64:ff9b::/96",
            "64:ff9b:1::/48",
            "100::/64",
            "2001::/23",
            "2001:db8::/32",
            "2002::/16",
            "fc00::/7",
            "fe80::/10",
            "fec0::/10",
            "ff00::/8"));

    /** A host that may not be connected to, or that has no address. */
    public static final class Refused extends Exception {
        private static final long serialVersionUID = 1L;
        private final boolean unknown;

        Refused(String message, boolean unknown) {
            super(message);
            this.unknown = unknown;
        }

        /** Whether the name has no address at all, which may pass, rather than one that is not allowed. */
        public boolean unknown() {
            return unknown;
        }
    }

    private record Network(byte[] address, int bits) {
        boolean contains(byte[] candidate) {
            if (candidate.length != address.length) {
                return false;
            }
            for (int bit = 0; bit < bits; bit++) {
                int mask = 0x80 >> (bit % 8);
                if ((candidate[bit / 8] & mask) != (address[bit / 8] & mask)) {
                    return false;
                }
            }
            return true;
        }

        static Network parse(String cidr) {
            int slash = cidr.indexOf('/');
            try {
                String host = slash < 0 ? cidr : cidr.substring(0, slash);
                if (!host.matches("[0-9a-fA-F:.]+") || !(host.contains(":") || host.matches("[0-9.]+"))) {
                    throw new IllegalArgumentException(wrong(cidr));
                }
                byte[] bytes = InetAddress.getByName(host).getAddress();
                int bits = slash < 0 ? bytes.length * 8 : Integer.parseInt(cidr.substring(slash + 1));
                if (bits < 0 || bits > bytes.length * 8) {
                    throw new IllegalArgumentException(wrong(cidr));
                }
                return new Network(bytes, bits);
            } catch (UnknownHostException | NumberFormatException e) {
                throw new IllegalArgumentException(wrong(cidr), e);
            }
        }

        private static String wrong(String cidr) {
            return "names '" + cidr + "', which is no network; write 10.1.0.0/16, private, public or loopback";
        }
    }

    private final String setting;
    private final List<String> words;
    private final boolean everythingPublic;
    private final List<Network> allowed;

    private AddressPolicy(String setting, List<String> words, boolean everythingPublic, List<Network> allowed) {
        this.setting = setting;
        this.words = words;
        this.everythingPublic = everythingPublic;
        this.allowed = allowed;
    }

    static AddressPolicy of(String setting, List<String> words) {
        List<Network> allowed = new ArrayList<>();
        for (String word : words) {
            if (!word.equals("public")) {
                allowed.addAll(networks(GROUPS.getOrDefault(word, List.of(word))));
            }
        }
        return new AddressPolicy(setting, List.copyOf(words), words.contains("public"), allowed);
    }

    /**
     * Resolves a host, blocking, and checks every address that it has.
     *
     * @return all its addresses, at least one
     * @throws Refused with a sentence for whoever named the host
     */
    public List<InetAddress> check(String host) throws Refused {
        InetAddress[] addresses;
        try {
            addresses = InetAddress.getAllByName(host.replace("[", "").replace("]", ""));
        } catch (UnknownHostException e) {
            throw new Refused("the host " + host + " has no address; check its name, or write its IP address", true);
        }
        for (InetAddress address : addresses) {
            if (!allows(address)) {
                throw new Refused(
                        "the host " + host + " is at " + address.getHostAddress() + ", which " + setting + " ("
                                + String.join(", ", words) + ") does not allow; add its network there if it is meant",
                        false);
            }
        }
        return Arrays.asList(addresses);
    }

    /** Whether one address may be connected to. */
    public boolean allows(InetAddress address) {
        byte[] bytes = address.getAddress();
        if (allowed.stream().anyMatch(network -> network.contains(bytes))) {
            return true;
        }
        return everythingPublic && SPECIAL.stream().noneMatch(network -> network.contains(bytes));
    }

    private static List<Network> networks(List<String> cidrs) {
        return cidrs.stream().map(Network::parse).toList();
    }
}
