/** Sessions in Redis and Valkey. Start with {@link dev.coatcheck.stores.redis.RedisSessionStore}. */
package dev.coatcheck.stores.redis;
