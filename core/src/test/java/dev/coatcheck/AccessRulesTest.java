package dev.coatcheck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.coatcheck.http.RequestHead;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AccessRulesTest {
    private final AccessRules rules = AccessRules.DEFAULT
            .withSignedIn(List.of("/admin/", "/api", "/a//b", "/%61rea"))
            .withSessionless(List.of("/api/public", "/assets/"));

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/admin",
                "/admin/",
                "/admin/x",
                "//admin/x",
                "/%61dmin/x",
                "/x/../admin",
                "/admin;x=1/y",
                "/admin/..%2fx",
                "/api",
                "/api/me",
                "/api/public/../me",
                "/api/public/%2e%2e/me",
                "/a/b/c",
                "/area",
                "/api/publicity"
            })
    void theseNeedSomebodyHoweverTheyAreSpelled(String path) {
        assertThat(rules.needsSignIn(RequestHead.get(path))).isTrue();
        assertThat(rules.needsNoSession(RequestHead.get(path))).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "/, false",
        "/administration, false",
        "/apis, false",
        "/api/public, true",
        "/api/public/x, true",
        "/assets/a.js, true"
    })
    void theseDoNot(String path, boolean sessionless) {
        assertThat(rules.needsSignIn(RequestHead.get(path))).isFalse();
        assertThat(rules.needsNoSession(RequestHead.get(path))).isEqualTo(sessionless);
    }

    @Test
    void aPrefixStartsWithASlash() {
        assertThatThrownBy(() -> AccessRules.DEFAULT.withSignedIn(List.of("admin")))
                .hasMessageContaining("/admin");
    }
}
