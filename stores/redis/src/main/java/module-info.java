import org.jspecify.annotations.NullMarked;

/** Sessions in Redis and Valkey. */
@NullMarked
module dev.coatcheck.stores.redis {
    requires static org.jspecify;
}
