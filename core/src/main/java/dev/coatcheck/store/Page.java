package dev.coatcheck.store;

import java.util.List;
import java.util.Optional;

/** Some of a list, and where to go on. */
public record Page<T>(List<T> items, Optional<PageToken> next) {
    public Page {
        items = List.copyOf(items);
    }
}
