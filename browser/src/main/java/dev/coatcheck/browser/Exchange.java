package dev.coatcheck.browser;

import java.util.Optional;

/**
 * One request that left the browser and its answer. A fetch with a preflight and a redirect makes three.
 *
 * @param request what was sent
 * @param response what came back; empty when the connection failed
 */
public record Exchange(NetworkRequest request, Optional<NetworkResponse> response) {}
