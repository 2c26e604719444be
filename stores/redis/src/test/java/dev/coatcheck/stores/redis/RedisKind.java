package dev.coatcheck.stores.redis;

/** The kinds of server that the whole contract runs on. */
enum RedisKind {
    INSTALLED,
    EMBEDDED,
    SENTINEL,
    CLUSTER;

    RedisServers servers() {
        return switch (this) {
            case INSTALLED -> new RedisServerExtension(RedisBinary.INSTALLED);
            case EMBEDDED -> new RedisServerExtension(RedisBinary.EMBEDDED);
            case SENTINEL -> new SentinelExtension(RedisBinary.EMBEDDED);
            case CLUSTER -> new ClusterExtension(RedisBinary.EMBEDDED);
        };
    }
}
