package dev.coatcheck;

import dev.coatcheck.http.WebResponse;

/** One operation of an HTTP API that is the same wherever it is mounted. */
@FunctionalInterface
public interface WebEndpoint {
    /**
     * Answers. Ticket, CORS and cache headers are added by the exchange.
     *
     * @throws ProblemException to answer a problem document
     * @throws dev.coatcheck.store.StoreUnavailableException answered 503
     */
    WebResponse handle(Exchange exchange);
}
