package dev.coatcheck.browser;

import java.util.List;

/** Which browser is modelled. */
public enum Profile {
    /** Chromium 156 as measured; Chrome, Edge, Brave and Opera are built on it. */
    CHROMIUM,
    /** Firefox: Chromium's rules with {@link #differences()}. */
    FIREFOX,
    /** Safari: Chromium's rules with {@link #differences()}. */
    SAFARI;

    /**
     * A way in which a browser differs from Chromium.
     *
     * @param says the difference in one sentence
     * @param source where it is documented
     * @param measured whether it was measured for this project; otherwise it is documented only
     */
    public record Difference(String says, String source, boolean measured) {}

    /** How the browser differs from Chromium, as far as the model knows. */
    public List<Difference> differences() {
        return List.of();
    }
}
