package dev.coatcheck.browser;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A network that answers from a script, for tests and for explaining recorded sessions. Answers are looked up by method and exact URL
 * (without a fragment); the last answer of a method and URL is repeated. What is not scripted fails like a refused connection.
 */
public final class CannedNetwork implements Network {
    private final Map<String, Deque<NetworkResponse>> answers = new HashMap<>();
    private final List<NetworkRequest> seen = new ArrayList<>();

    /** A network without any answer yet. */
    public CannedNetwork() {}

    /** Answers requests of a method to a URL; preflights are {@code OPTIONS}. Several answers are given one after the other. */
    public CannedNetwork answer(String method, String url, NetworkResponse response) {
        answers.computeIfAbsent(method + " " + url, key -> new ArrayDeque<>()).add(response);
        return this;
    }

    @Override
    public NetworkResponse send(NetworkRequest request) throws IOException {
        seen.add(request);
        Deque<NetworkResponse> queue = answers.get(request.method() + " " + request.url());
        if (queue == null) {
            throw new IOException("No answer is scripted for " + request.method() + " " + request.url());
        }
        return queue.size() > 1 ? queue.remove() : queue.element();
    }

    /** All requests that arrived, in order. */
    public List<NetworkRequest> seen() {
        return List.copyOf(seen);
    }
}
