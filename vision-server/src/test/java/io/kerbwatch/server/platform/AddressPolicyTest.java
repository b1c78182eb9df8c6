package io.kerbwatch.server.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AddressPolicyTest {
    @ParameterizedTest
    @CsvSource({
        "1.1.1.1, true, true",
        "2606:4700::1111, true, true",
        "10.1.2.3, false, true",
        "172.31.0.1, false, true",
        "192.168.1.64, false, true",
        "100.64.0.9, false, true",
        "fd00::7, false, true",
        "127.0.0.1, false, false",
        "::1, false, false",
        "0.0.0.0, false, false",
        "169.254.169.254, false, false",
        "fe80::1, false, false",
        "224.0.0.1, false, false",
        "255.255.255.255, false, false",
        "::ffff:127.0.0.1, false, false",
        "0.1.2.3, false, false",
        "::ffff:169.254.169.254, false, false",
        "::ffff:0.0.0.0, false, false",
        "::ffff:10.1.2.3, false, true",
        "::169.254.169.254, false, false",
        "64:ff9b::a9fe:a9fe, false, false",
        "64:ff9b::7f00:1, false, false",
        "2002:7f00:1::, false, false",
    })
    void defaultsLetReceiversBePublicAndCamerasPrivateToo(String address, boolean receiver, boolean camera)
            throws UnknownHostException {
        InetAddress parsed = InetAddress.getByName(address);

        assertThat(Settings.defaults().get(Settings.DISPATCH_ALLOW).allows(parsed))
                .isEqualTo(receiver);
        assertThat(Settings.defaults().get(Settings.CAMERAS_ALLOW).allows(parsed))
                .isEqualTo(camera);
    }

    @Test
    void whatTheOperatorWritesIsAllowed() throws Exception {
        AddressPolicy policy = AddressPolicy.of("dispatch.allow", List.of("loopback", "10.20.0.0/16"));

        assertThat(policy.check("localhost")).isNotEmpty();
        assertThat(policy.check("10.20.3.4")).containsExactly(InetAddress.getByName("10.20.3.4"));
        assertThatThrownBy(() -> policy.check("10.21.0.1"))
                .isInstanceOf(AddressPolicy.Refused.class)
                .hasMessageContaining("10.21.0.1")
                .hasMessageContaining("dispatch.allow");
        assertThatThrownBy(() -> policy.check("no-such-host.invalid")).hasMessageContaining("has no address");
    }
}
