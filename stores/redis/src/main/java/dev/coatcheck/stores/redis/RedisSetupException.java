package dev.coatcheck.stores.redis;

import org.jspecify.annotations.Nullable;

/** A Redis that can't be used at the start. The message names it without its password, says why, and what to do about it. */
public final class RedisSetupException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private RedisSetupException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    /** @param way without the full stop */
    static RedisSetupException server(String where, String why, String way, @Nullable Throwable cause) {
        return new RedisSetupException("the Redis " + where + " can't be used: " + why + ". " + way, cause);
    }

    /** @param way without the full stop */
    static RedisSetupException authorities(String file, String why, String way, @Nullable Throwable cause) {
        return new RedisSetupException(
                "the certificates in " + file + " (sslrootcert in the address of Redis) can't be used: " + why + ". "
                        + way,
                cause);
    }
}
