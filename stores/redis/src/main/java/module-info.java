import org.jspecify.annotations.NullMarked;

/** Sessions in Redis and Valkey: stand-alone, Sentinel and Cluster. */
@NullMarked
module dev.coatcheck.stores.redis {
    requires static org.jspecify;
    requires transitive dev.coatcheck;
    requires lettuce.core;
    requires io.netty.common;
    requires io.netty.handler;
    requires io.netty.transport;

    exports dev.coatcheck.stores.redis;
}
