package dev.coatcheck;

import static org.assertj.core.api.Assertions.assertThat;

import dev.coatcheck.http.RequestHead;
import dev.coatcheck.http.WebResponse;
import dev.coatcheck.session.Principal;
import dev.coatcheck.session.ValueCodec;
import dev.coatcheck.site.Origin;
import dev.coatcheck.store.MemorySessionStore;
import dev.coatcheck.token.KeyRing;
import java.security.SecureRandom;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Whatever bytes come in as headers: an answer below 500, no exception, and nobody is signed in by them. */
class AdmitFuzzTest {
    private static final int ROUNDS = Boolean.getBoolean("coatcheck.thorough") ? 2_000_000 : 50_000;
    private static final List<String> NAMES = List.of(
            "Cookie",
            "Origin",
            "Authorization",
            "Referer",
            "Sec-Fetch-Site",
            "Sec-Fetch-Mode",
            "Sec-Fetch-Dest",
            "X-CSRF-Token",
            "X-XSRF-TOKEN",
            "Upgrade",
            "Access-Control-Request-Method",
            "X-Forwarded-For",
            "User-Agent");
    private static final List<String> METHODS = List.of("GET", "POST", "OPTIONS", "HEAD", "CONNECT", "delete", "");
    private static final List<String> SEEDS = List.of(
            "__Host-coatcheck=",
            "ccs_",
            "Bearer ",
            "https://app.example.com",
            "null",
            "same-origin",
            "websocket",
            "=",
            ";",
            ",",
            "\"",
            "%00",
            "[::1]",
            "://",
            "\t",
            " ",
            "a=b; c",
            "navigate",
            "xn--",
            "\u00e9",
            "\u0000",
            "\ud800",
            "\ud83d\ude00");

    private final Random random = new Random(20261120);

    private static final class Texts implements ValueCodec {
        @Override
        public String write(Object value) {
            return "\"" + value + "\"";
        }

        @Override
        public <T> T read(String json, Class<T> type) {
            return type.cast(json);
        }
    }

    private String text(String ticket) {
        StringBuilder text = new StringBuilder();
        int parts = random.nextInt(6);
        for (int i = 0; i < parts; i++) {
            switch (random.nextInt(4)) {
                case 0 -> text.append((char) random.nextInt(0x180));
                case 1 -> text.append(ticket, 0, random.nextInt(ticket.length()));
                default -> text.append(SEEDS.get(random.nextInt(SEEDS.size())));
            }
        }
        return text.toString();
    }

    @Test
    void noHeadersMakeItThrowOrLetAnybodyIn() {
        MemorySessionStore store = new MemorySessionStore();
        Coatcheck coatcheck = Coatcheck.on(
                        Origin.parse("https://api.example.com").orElseThrow(),
                        store,
                        KeyRing.ephemeral(new SecureRandom()),
                        new Texts())
                .apps(Set.of(Origin.parse("https://app.example.com").orElseThrow()))
                .build();
        String ticket = signedIn(coatcheck);
        for (int round = 0; round < ROUNDS; round++) {
            RequestHead request = RequestHead.of(METHODS.get(random.nextInt(METHODS.size())), "/" + text(ticket));
            int lines = random.nextInt(5);
            for (int i = 0; i < lines; i++) {
                request.with(NAMES.get(random.nextInt(NAMES.size())), text(ticket));
            }
            int status = coatcheck.admit(request).fold(WebResponse::status, exchange -> {
                assertThat(exchange.caller().principal()).isEmpty();
                WebResponse answer = exchange.answer(WebResponse.status(200));
                exchange.finish();
                return answer.status();
            });
            assertThat(status).isLessThan(500);
        }
    }

    @Test
    void aListenerToProblemsThatThrowsTakesNobodysAnswerAway() {
        Origin app = Origin.parse("https://app.example.com").orElseThrow();
        Coatcheck coatcheck = Coatcheck.on(
                        Origin.parse("https://api.example.com").orElseThrow(),
                        new MemorySessionStore(),
                        KeyRing.ephemeral(new SecureRandom()),
                        new Texts())
                .apps(Set.of(app))
                .rules(AccessRules.DEFAULT.withSignedIn(List.of("/")))
                .problems(problem -> {
                    throw new IllegalStateException("a listener's own fault");
                })
                .build();
        WebResponse answer = coatcheck
                .admit(RequestHead.get("/me").with("Origin", app.toString()))
                .fold(answered -> answered, exchange -> WebResponse.status(200));
        assertThat(answer.status()).isEqualTo(401);
        assertThat(answer.header("Access-Control-Allow-Origin")).hasValue(app.toString());
    }

    private static String signedIn(Coatcheck coatcheck) {
        return coatcheck
                .admit(RequestHead.get("/"))
                .fold(
                        answered -> "",
                        exchange -> exchange.session()
                                .signIn(Principal.of("ann", "Ann"))
                                .fold(in -> in.token().reveal(), refused -> ""));
    }
}
