package dev.coatcheck.stores.redis;

/** One server for all tests of a class, started when the first one asks for it; each test has key names of its own. */
final class RedisServerExtension implements RedisServers {
    private final RedisBinary binary;
    private final String[] settings;
    private RedisProcess process;
    private int stores;

    RedisServerExtension(RedisBinary binary, String... settings) {
        this.binary = binary;
        this.settings = settings;
    }

    synchronized RedisProcess process() {
        if (process == null) {
            process = RedisProcess.start(binary, settings);
        }
        return process;
    }

    @Override
    public synchronized RedisSettings settings() {
        stores++;
        return RedisSettings.DEFAULT
                .withAddress(RedisAddress.of(process().url()))
                .withPrefix("test-" + stores);
    }

    @Override
    public synchronized void close() {
        if (process != null) {
            process.close();
            process = null;
        }
    }
}
