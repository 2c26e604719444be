package dev.coatcheck.settings;

import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

/** Where sessions are kept: the value of the setting {@code sessions}. */
public sealed interface SessionsPlace {
    /** In this process: they end with it. */
    record Memory() implements SessionsPlace {
        @Override
        public String toString() {
            return "memory";
        }
    }

    /** In the database, beside the accounts. */
    record Database() implements SessionsPlace {
        @Override
        public String toString() {
            return "database";
        }
    }

    /**
     * In a Redis or Valkey.
     *
     * @param address may hold a password, and is never printed
     */
    record Redis(String address) implements SessionsPlace {
        @Override
        public String toString() {
            return "redis";
        }
    }

    /** One function per case. */
    default <T> T fold(Supplier<T> memory, Supplier<T> database, Function<String, T> redis) {
        if (this instanceof Redis r) {
            return redis.apply(r.address());
        }
        return this instanceof Memory ? memory.get() : database.get();
    }

    /** Reads the setting's value; empty for a text of another shape. */
    static Optional<SessionsPlace> parse(String text) {
        return switch (text) {
            case "memory" -> Optional.of(new Memory());
            case "database" -> Optional.of(new Database());
            default -> text.matches("rediss?(-sentinel)?://[!-~]+") ? Optional.of(new Redis(text)) : Optional.empty();
        };
    }
}
