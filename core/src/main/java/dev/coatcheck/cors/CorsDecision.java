package dev.coatcheck.cors;

import dev.coatcheck.http.Header;
import dev.coatcheck.http.WebResponse;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;

/**
 * What one request's origin may do.
 *
 * @param headers for any answer to this request, {@code Vary: Origin} always among them
 * @param preflightAnswer the whole answer when the request is a preflight: nothing else may see it
 */
public record CorsDecision(List<Header> headers, Optional<WebResponse> preflightAnswer) {
    public CorsDecision {
        headers = List.copyOf(headers);
    }

    /** Whether the request is a preflight, and answered. */
    public boolean answersPreflight() {
        return preflightAnswer.isPresent();
    }

    /** The answer. @throws NoSuchElementException when the request is no preflight */
    public WebResponse preflight() {
        return preflightAnswer.orElseThrow(() -> new NoSuchElementException("not a preflight"));
    }
}
