package dev.coatcheck.browser;

import java.io.IOException;

/**
 * What carries requests from the model to servers and answers back: the only door of the model to the outside. {@link HttpNetwork} asks
 * real servers, {@link CannedNetwork} answers from a script; a recorded session can be replayed by a third.
 */
@FunctionalInterface
public interface Network {
    /**
     * Sends one request as it is, follows no redirect and keeps no cookie. A WebSocket handshake comes as a GET to a {@code ws:} or
     * {@code wss:} URL.
     *
     * @throws IOException when no answer came; the model treats it as a network error
     */
    NetworkResponse send(NetworkRequest request) throws IOException;
}
