package dev.coatcheck.doctor;

import dev.coatcheck.browser.NetworkResponse;
import java.util.Optional;

/**
 * A request that the doctor made beside the browser, as an attacker would.
 *
 * @param scene which step it is
 * @param origin the value of its {@code Origin} header; empty for none
 * @param method the method
 * @param url the absolute URL
 * @param response what came back
 */
record Raw(Scene scene, Optional<String> origin, String method, String url, Optional<NetworkResponse> response) {
    String where() {
        return scene.title() + ", " + method + " " + url;
    }

    boolean succeeded() {
        return response.filter(r -> r.status() >= 200 && r.status() < 300).isPresent();
    }

    boolean letsReadWithCookies() {
        return origin.isPresent()
                && response.filter(r -> r.headers()
                                        .combined("Access-Control-Allow-Origin")
                                        .equals(origin)
                                && r.headers()
                                        .combined("Access-Control-Allow-Credentials")
                                        .equals(Optional.of("true")))
                        .isPresent();
    }
}
