package dev.coatcheck.doctor;

import dev.coatcheck.browser.Exchange;
import dev.coatcheck.browser.NetworkResponse;
import dev.coatcheck.browser.Outcome;
import dev.coatcheck.browser.Request;
import dev.coatcheck.browser.StoredCookie;
import java.util.List;
import java.util.Optional;

/**
 * One request of the page and what became of it.
 *
 * @param scene which step it is
 * @param request what the page asked for
 * @param method the method
 * @param url the absolute URL
 * @param outcome what the browser did
 * @param jar the cookies after it
 * @param bare whether a recording shows it without the cookies that credentials would have sent
 */
record Act(
        Scene scene,
        Request request,
        String method,
        String url,
        Outcome outcome,
        List<StoredCookie> jar,
        boolean bare) {
    String where() {
        return scene.title() + ", " + method + " " + url;
    }

    /** The first answer to the request itself; later ones belong to redirects. */
    Optional<NetworkResponse> answer() {
        return outcome.actual().flatMap(Exchange::response);
    }

    /** The last answer's status; 0 when none came. */
    int status() {
        return outcome.lastResponse().map(NetworkResponse::status).orElse(0);
    }

    boolean succeeded() {
        return status() >= 200 && status() < 300;
    }

    boolean failed() {
        return status() >= 400;
    }

    /** Whether the page got an answer of success and may read it. */
    boolean readableSuccess() {
        return outcome.readable() && succeeded();
    }

    boolean wasRedirected() {
        return answer().filter(a -> a.status() >= 300 && a.status() < 400 && a.status() != 304)
                .isPresent();
    }

    Optional<StoredCookie> cookie(String name) {
        return jar.stream().filter(cookie -> cookie.name().equals(name)).findFirst();
    }
}
