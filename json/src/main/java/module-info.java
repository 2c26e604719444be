import org.jspecify.annotations.NullMarked;

/**
 * The value codec, strict request bodies and JSON answers, on Jackson's streaming parser.
 *
 * <p>Nothing here maps text to arbitrary classes: only records, enums and a fixed list of value types can be named.
 */
@NullMarked
module dev.coatcheck.json {
    requires static org.jspecify;
    requires transitive dev.coatcheck;
    requires tools.jackson.core;

    exports dev.coatcheck.json;
}
