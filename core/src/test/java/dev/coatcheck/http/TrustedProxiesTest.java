package dev.coatcheck.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TrustedProxiesTest {
    private final TrustedProxies proxies = TrustedProxies.of(List.of("10.0.0.0/8", "::1", "fd00::/8"));

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "192.0.2.1 | 6.6.6.6                      | 192.0.2.1",
                "10.1.1.1  | 203.0.113.9                  | 203.0.113.9",
                "10.1.1.1  | 6.6.6.6, 203.0.113.9         | 203.0.113.9",
                "10.1.1.1  | 6.6.6.6, 203.0.113.9, 10.2.2.2 | 203.0.113.9",
                "10.1.1.1  | evil, 203.0.113.9            | 203.0.113.9",
                "10.1.1.1  | 203.0.113.9, evil            | 10.1.1.1",
                "10.1.1.1  | localhost                    | 10.1.1.1",
                "::1       | 2001:db8::5                  | 2001:db8:0:0:0:0:0:5",
                "fd12::1   | 203.0.113.9                  | 203.0.113.9",
            })
    void theLastHopThatIsNoProxyIsTheClient(String peer, String forwarded, String client) {
        RequestHead request = RequestHead.get("/").from(peer).with("X-Forwarded-For", forwarded);
        assertThat(proxies.clientAddress(request)).isEqualTo(client);
    }

    @Test
    void withoutProxiesThePeerIsTheClient() {
        RequestHead request = RequestHead.get("/").from("10.1.1.1").with("X-Forwarded-For", "6.6.6.6");
        assertThat(TrustedProxies.NONE.clientAddress(request)).isEqualTo("10.1.1.1");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "10.0.0.0/33", "10.0.0/8", "example.com", "::1/129", "10.0.0.0/x", "1.2.3.999"})
    void whatIsNoNetworkIsRefused(String network) {
        assertThatThrownBy(() -> TrustedProxies.of(List.of(network))).hasMessageContaining("is not a network");
    }
}
