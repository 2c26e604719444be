package dev.coatcheck.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.coatcheck.site.Origin;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RouteTest {
    private static final Upstream SOME = new Upstream(
            "the API", Origin.parse("http://localhost:8000").orElseThrow(), "Start it.", Upstream.Addressed.AS_HERE);
    private static final List<Route> ROUTES =
            List.of(new Route("/", SOME), new Route("/api", SOME), new Route("/api/v2", SOME));

    @ParameterizedTest
    @CsvSource({
        "/, /",
        "/x, /",
        "/apis, /",
        "/api, /api",
        "/api/, /api",
        "/api/x, /api",
        "/api/v2, /api/v2",
        "/api/v2/x, /api/v2",
        "/api/v20, /api",
        "/API/x, /"
    })
    void theLongestPathOfWholeSegmentsWins(String path, String route) {
        assertThat(Route.of(path, ROUTES).orElseThrow().path()).isEqualTo(route);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "api", "/api/", "//api", "/a//b", "/..", "/a/./b", "/a%2fb", "/a;b", "/a?b", "/a b", "/a#"})
    void whatNoRequestCouldHaveIsRefused(String path) {
        assertThatThrownBy(() -> new Route(path, SOME)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void dotsInsideASegmentAreFine() {
        assertThat(Route.isPath("/.well-known/x.y")).isTrue();
    }
}
