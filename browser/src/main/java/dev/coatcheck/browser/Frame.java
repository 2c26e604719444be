package dev.coatcheck.browser;

import java.util.Optional;
import java.util.Set;

/**
 * An {@code <iframe>} in the page, from which the following requests are made.
 *
 * @param url the frame's address: http, https or {@code data:}; {@code about:srcdoc} for a frame that inherits the page's origin
 * @param sandbox the words of the {@code sandbox} attribute; empty when there is no such attribute
 * @param allow the features that the {@code allow} attribute delegates, without any origins behind them
 * @param headers the headers of the frame's document, such as {@code Referrer-Policy}
 */
public record Frame(String url, Optional<Set<String>> sandbox, Set<String> allow, Headers headers) {
    /** The address of a frame with a {@code srcdoc} attribute. */
    public static final String SRCDOC = "about:srcdoc";

    /** Copies the sets. */
    public Frame {
        sandbox = sandbox.map(Set::copyOf);
        allow = Set.copyOf(allow);
    }

    /** A frame without sandbox and delegated features. */
    public static Frame of(String url) {
        return new Frame(url, Optional.empty(), Set.of(), Headers.NONE);
    }

    /** The same frame with a {@code sandbox} attribute of these words. */
    public Frame withSandbox(String... words) {
        return new Frame(url, Optional.of(Set.of(words)), allow, headers);
    }

    /** The same frame with an {@code allow} attribute of these features. */
    public Frame withAllow(String... features) {
        return new Frame(url, sandbox, Set.of(features), headers);
    }
}
