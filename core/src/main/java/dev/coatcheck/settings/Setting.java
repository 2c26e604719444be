package dev.coatcheck.settings;

import java.util.Locale;

/**
 * One row of the table of settings: a key, the shape of its value, a default and one sentence.
 *
 * @param <T> type of the value
 */
public final class Setting<T> {
    private final String key;
    private final Shape<T> shape;
    private final T byDefault;
    private final String defaultText;
    private final String doc;
    private final boolean secret;
    private final boolean environmentOnly;

    private Setting(
            String key,
            Shape<T> shape,
            T byDefault,
            String defaultText,
            String doc,
            boolean secret,
            boolean environmentOnly) {
        this.key = key;
        this.shape = shape;
        this.byDefault = byDefault;
        this.defaultText = defaultText;
        this.doc = doc;
        this.secret = secret;
        this.environmentOnly = environmentOnly;
    }

    static <T> Setting<T> of(String key, Shape<T> shape, T byDefault, String doc) {
        return new Setting<>(key, shape, byDefault, shape.write(byDefault), doc, false, false);
    }

    /** The same, with other words for its default. */
    Setting<T> whoseDefaultIs(String words) {
        return new Setting<>(key, shape, byDefault, words, doc, secret, environmentOnly);
    }

    /** The same, never printed: messages do not quote its value. */
    Setting<T> secret() {
        return new Setting<>(key, shape, byDefault, defaultText, doc, true, environmentOnly);
    }

    /** The same, refused in a file. */
    Setting<T> environmentOnly() {
        return new Setting<>(key, shape, byDefault, defaultText, doc, secret, true);
    }

    /** Its name in a file: {@code session.idle}. */
    public String key() {
        return key;
    }

    /** Its name in the environment: {@code COATCHECK_SESSION_IDLE}. */
    public String environmentName() {
        return "COATCHECK_" + key.toUpperCase(Locale.ROOT).replace('.', '_').replace('-', '_');
    }

    public Shape<T> shape() {
        return shape;
    }

    /** The value when nothing is set. */
    public T byDefault() {
        return byDefault;
    }

    /** The default as a person reads it; empty for an empty list. */
    public String defaultText() {
        return defaultText;
    }

    /** What it does, in a sentence or two. */
    public String doc() {
        return doc;
    }

    /** Whether its value is never printed. */
    public boolean isSecret() {
        return secret;
    }

    /** Whether a file may not hold it. */
    public boolean isEnvironmentOnly() {
        return environmentOnly;
    }

    @Override
    public String toString() {
        return key;
    }
}
