package dev.coatcheck.token;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

class HmacTest {
    @Test
    void isTheOneOfRfc4231HoweverOftenItIsAsked() {
        // RFC 4231 §4.3, test case 2.
        Hmac hmac = Hmac.under("Jefe".getBytes(StandardCharsets.US_ASCII));
        for (int i = 0; i < 3; i++) {
            assertThat(HexFormat.of().formatHex(hmac.of(ascii("what do ya want "), ascii("for nothing?"))))
                    .isEqualTo("5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
        }
    }

    @Test
    void threadsThatShareAKeyDisturbNobodysSum() throws Exception {
        Hmac hmac = Hmac.under(new byte[32]);
        byte[] alone = hmac.of(ascii("text"));
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try {
            List<Future<?>> done = new ArrayList<>();
            for (int thread = 0; thread < 4; thread++) {
                done.add(threads.submit(() -> {
                    for (int i = 0; i < 5_000; i++) {
                        assertThat(hmac.of(ascii("text"))).isEqualTo(alone);
                    }
                }));
            }
            for (Future<?> each : done) {
                each.get();
            }
        } finally {
            threads.shutdownNow();
        }
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
