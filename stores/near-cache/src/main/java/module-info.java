import org.jspecify.annotations.NullMarked;

/** A bounded local cache in front of a session store, kept honest by its signals. */
@NullMarked
module dev.coatcheck.stores.nearcache {
    requires static org.jspecify;
    requires transitive dev.coatcheck;
    requires com.github.benmanes.caffeine;

    exports dev.coatcheck.stores.nearcache;
}
