package dev.coatcheck.site;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PublicSuffixesTest {
    @ParameterizedTest
    @CsvSource({
        "example.com, example.com",
        "a.b.example.com, example.com",
        "example.com., example.com.",
        "a.example.co.uk, example.co.uk",
        "me.github.io, me.github.io",
        "x.me.github.io, me.github.io",
        "app.vercel.app, app.vercel.app",
        "dev.local, dev.local",
        "a.dev.local, dev.local",
        "a.b.unknowntld, b.unknowntld",
        "www.ck, www.ck",
        "x.y.ck, x.y.ck",
        "city.kawasaki.jp, city.kawasaki.jp",
        "a.b.c.kawasaki.jp, b.c.kawasaki.jp",
        "api.localhost, api.localhost",
        "app.xn--bcher-kva.com, xn--bcher-kva.com",
        "a.b.xn--55qx5d.cn, b.xn--55qx5d.cn",
        "a_b.example.com, example.com",
    })
    void findsTheRegistrableDomain(String host, String domain) {
        assertThat(PublicSuffixes.registrableDomain(host)).contains(domain);
        assertThat(PublicSuffixes.isPublicSuffix(host)).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "com",
        "co.uk",
        "github.io",
        "vercel.app",
        "local",
        "localhost",
        "y.ck",
        "c.kawasaki.jp",
        "xn--fiqs8s",
        "com."
    })
    void nobodyRegistersASuffix(String host) {
        assertThat(PublicSuffixes.registrableDomain(host)).isEmpty();
        assertThat(PublicSuffixes.isPublicSuffix(host)).isTrue();
    }

    @Test
    void addressesHaveNeither() {
        for (String address : new String[] {"127.0.0.1", "192.168.1.20", "[::1]"}) {
            assertThat(PublicSuffixes.registrableDomain(address)).isEmpty();
            assertThat(PublicSuffixes.isPublicSuffix(address)).isFalse();
        }
    }

    @Test
    void knowsHostFacts() {
        assertThat(Hosts.isIpAddress("127.0.0.1")).isTrue();
        assertThat(Hosts.isIpAddress("[::1]")).isTrue();
        assertThat(Hosts.isIpAddress("127.0.0.1.nip.io")).isFalse();
        assertThat(Hosts.canonicalise("")).isEmpty();
        assertThat(Hosts.canonicalise("a".repeat(300))).isEmpty();
        assertThat(Hosts.canonicalise("127.0.0.1.")).contains("127.0.0.1");
    }
}
