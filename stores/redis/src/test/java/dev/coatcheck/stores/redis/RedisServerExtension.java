package dev.coatcheck.stores.redis;

import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** One server for all tests of a class, started when the first one asks for it; each test has key names of its own. */
final class RedisServerExtension implements AfterAllCallback {
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

    /** Settings for an empty store. */
    synchronized RedisSettings settings() {
        stores++;
        return RedisSettings.DEFAULT
                .withAddress(RedisAddress.of(process().url()))
                .withPrefix("test-" + stores);
    }

    @Override
    public synchronized void afterAll(ExtensionContext context) {
        if (process != null) {
            process.close();
            process = null;
        }
    }
}
