package dev.coatcheck.session;

/**
 * How much a session may hold.
 *
 * @param valueBytes of one attribute's JSON text in UTF-8
 * @param attributes number of attributes
 * @param totalBytes of all names and JSON texts
 */
public record AttributeLimits(int valueBytes, int attributes, int totalBytes) {
    public static final AttributeLimits DEFAULT = new AttributeLimits(16 * 1024, 128, 64 * 1024);

    /** @throws IllegalArgumentException when a limit is not positive */
    public AttributeLimits {
        if (valueBytes < 1 || attributes < 1) {
            throw new IllegalArgumentException("a session holds one attribute of one byte at least");
        }
        if (totalBytes < valueBytes) {
            throw new IllegalArgumentException(
                    "one value may have " + valueBytes + " bytes, and all attributes together " + totalBytes
                            + ": the former would never apply. Lower it, or raise the latter");
        }
    }
}
