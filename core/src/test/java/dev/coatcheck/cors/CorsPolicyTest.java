package dev.coatcheck.cors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.coatcheck.http.Header;
import dev.coatcheck.http.RequestHead;
import dev.coatcheck.site.Origin;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CorsPolicyTest {
    private static final String APP = "https://app.example.com";
    private final CorsPolicy policy =
            CorsPolicy.DEFAULT.withOrigins(Set.of(Origin.parse(APP).orElseThrow()));
    private final Cors cors = Cors.by(policy);

    private static RequestHead preflight(String origin) {
        return RequestHead.of("OPTIONS", "/x")
                .with("Origin", origin)
                .with("Access-Control-Request-Method", "POST")
                .with("Access-Control-Request-Headers", "content-type,x-csrf-token");
    }

    @Test
    void aListedOriginIsEchoedWithCredentials() {
        CorsDecision decision = cors.decide(RequestHead.get("/x").with("Origin", APP));
        assertThat(decision.answersPreflight()).isFalse();
        assertThat(decision.headers())
                .contains(
                        new Header("Access-Control-Allow-Origin", APP),
                        new Header("Access-Control-Allow-Credentials", "true"),
                        new Header("Vary", "Origin"));
        assertThat(decision.headers())
                .anySatisfy(header -> assertThat(header.value()).contains("X-CSRF-Token"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "null",
                "*",
                "",
                "https://app.example.com/",
                "https://APP.example.com",
                "https://app.example.com:443",
                "http://app.example.com",
                "https://app.example.com, https://evil.test",
                "https://app.example.com.evil.test",
                "https://evil.test"
            })
    void anyOtherOriginGetsVaryAlone(String origin) {
        assertThat(cors.decide(RequestHead.get("/x").with("Origin", origin)).headers())
                .containsExactly(new Header("Vary", "Origin"));
        assertThat(cors.decide(preflight(origin)).preflight().status()).isEqualTo(403);
        assertThat(cors.decide(preflight(origin)).preflight().header("Access-Control-Allow-Origin"))
                .isEmpty();
    }

    @Test
    void noOriginStillVaries() {
        assertThat(cors.decide(RequestHead.get("/x")).headers()).containsExactly(new Header("Vary", "Origin"));
    }

    @Test
    void aPreflightIsAnsweredWholeAndSetsNoCookie() {
        var answer = cors.decide(preflight(APP)).preflight();
        assertThat(answer.status()).isEqualTo(204);
        assertThat(answer.header("Access-Control-Allow-Methods"))
                .hasValueSatisfying(v -> assertThat(v).contains("PATCH"));
        assertThat(answer.header("Access-Control-Allow-Headers"))
                .hasValueSatisfying(v -> assertThat(v).contains("X-CSRF-Token"));
        assertThat(answer.header("Access-Control-Allow-Credentials")).contains("true");
        assertThat(answer.header("Access-Control-Max-Age")).contains("600");
        assertThat(answer.header("Set-Cookie")).isEmpty();
        assertThat(answer.header("Vary")).hasValueSatisfying(v -> assertThat(v).contains("Origin"));
    }

    @Test
    void plainOptionsIsNoPreflight() {
        assertThat(cors.decide(RequestHead.of("OPTIONS", "/x").with("Origin", APP))
                        .answersPreflight())
                .isFalse();
        assertThat(cors.decide(RequestHead.of("OPTIONS", "/x").with("Access-Control-Request-Method", "PUT"))
                        .answersPreflight())
                .isFalse();
    }

    @Test
    void wildcardsAreRefused() {
        assertThatThrownBy(() -> CorsPolicy.DEFAULT.withMoreHeaders(List.of("*")))
                .hasMessageContaining("wildcard");
        assertThatThrownBy(() -> CorsPolicy.DEFAULT.withMoreMethods(List.of("GE T")))
                .hasMessageContaining("method");
    }
}
