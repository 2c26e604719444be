package dev.coatcheck.http;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ClientNetworkTest {
    @ParameterizedTest
    @CsvSource({
        "192.0.2.1, 192.0.2.1",
        "2001:db8:1:2::1, 2001:db8:1:2:ffff::9",
        "2001:DB8:1:2:0:0:0:1, 2001:db8:1:2::",
        "::ffff:192.0.2.1, 192.0.2.1",
        "::ffff:c000:201, 192.0.2.1",
        "fe80::1%eth0, fe80::2%eth1",
        "unknown, unknown"
    })
    void oneNetwork(String one, String other) {
        assertThat(ClientNetwork.of(one)).isEqualTo(ClientNetwork.of(other));
    }

    @ParameterizedTest
    @CsvSource({
        "192.0.2.1, 192.0.2.2",
        "2001:db8:1:2::1, 2001:db8:1:3::1",
        "::1, 127.0.0.1",
        "::ffff:192.0.2.1, ::ffff:192.0.2.2",
        "a:b, a:c",
        ":, ::"
    })
    void twoNetworks(String one, String other) {
        assertThat(ClientNetwork.of(one)).isNotEqualTo(ClientNetwork.of(other));
    }

    @Test
    void whatIsNoAddressStandsForItselfCutShort() {
        assertThat(ClientNetwork.of("").value()).isEmpty();
        assertThat(ClientNetwork.of("x".repeat(1000)).value()).hasSize(64);
        assertThat(ClientNetwork.of("1:2:3".repeat(1000)).value()).hasSize(64);
    }
}
