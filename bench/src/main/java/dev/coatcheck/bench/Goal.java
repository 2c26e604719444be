package dev.coatcheck.bench;

import java.util.Optional;

/**
 * What is to be reached: this part of the requests a second of another variant.
 *
 * @param of what it is compared with
 */
record Goal(double least, Variant of) {
    /**
     * Near-cached reads against the bare server; uncached reads and writes against one bare call to the same store. Where the
     * store is the server's own memory, there is no call to compare with.
     */
    static Optional<Goal> of(Variant variant, Operation operation) {
        boolean inMemory = variant.store().filter(StoreKind.MEMORY::equals).isPresent();
        if (!variant.hasSessions() || inMemory) {
            return Optional.empty();
        }
        if (operation == Operation.WRITE) {
            return variant.layer() == Variant.Layer.SESSIONS
                    ? Optional.of(new Goal(0.85, variant.bareCall()))
                    : Optional.empty();
        }
        return Optional.of(
                variant.layer() == Variant.Layer.NEAR
                        ? new Goal(0.95, Variant.BARE)
                        : new Goal(0.90, variant.bareCall()));
    }
}
