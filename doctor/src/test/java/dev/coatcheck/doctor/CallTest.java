package dev.coatcheck.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.coatcheck.browser.Credentials;
import org.junit.jupiter.api.Test;

class CallTest {
    @Test
    void aCallIsAMethodAPathAndABody() {
        Call call = Call.parse(" post /login {\"a\": \"b c\"} ", "GET").orElseThrow();
        assertThat(call.method()).isEqualTo("POST");
        assertThat(call.url("http://api.test/v1")).isEqualTo("http://api.test/v1/login");
        assertThat(call.body()).contains("{\"a\": \"b c\"}");
        assertThat(call.request("http://api.test", Credentials.INCLUDE)
                        .headers()
                        .first("Content-Type"))
                .contains("application/json");
    }

    @Test
    void aPathAloneTakesTheDefaultMethod() {
        assertThat(Call.parse("/me", "GET").orElseThrow()).hasToString("GET /me");
        assertThat(Call.parse("https://other.test/me", "GET").orElseThrow().url("http://api.test"))
                .isEqualTo("https://other.test/me");
    }

    @Test
    void otherTextIsNoCall() {
        assertThat(Call.parse("login", "POST")).isEmpty();
        assertThat(Call.parse("", "POST")).isEmpty();
        assertThat(Call.parse("POST login {}", "POST")).isEmpty();
        assertThat(Call.parse("file:///etc/passwd", "GET")).isEmpty();
    }

    @Test
    void aPasswordIsEscapedForItsBody() {
        assertThat(Call.parse("POST /login {\"p\":\"{{password}}\"}", "POST")
                        .orElseThrow()
                        .withPassword("a\"\\b\n")
                        .body())
                .contains("{\"p\":\"a\\\"\\\\b\\n\"}");
        assertThat(Call.parse("POST /login u=anna&p={{password}}", "POST")
                        .orElseThrow()
                        .withPassword("a&b=c d")
                        .body())
                .contains("u=anna&p=a%26b%3Dc+d");
    }

    @Test
    void theTextFormShowsNoBody() {
        assertThat(Call.parse("POST /login {\"password\":\"secret\"}", "POST")
                        .orElseThrow()
                        .toString())
                .doesNotContain("secret");
    }
}
