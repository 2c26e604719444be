package dev.coatcheck.token;

import java.security.SecureRandom;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The server's own keys by number (0 to 65535), one of them active. Every use has its own key, derived by HKDF (RFC 5869)
 * with the use's label. Without the ring no ticket can be walked forward and no CSRF token made; the ring alone makes no
 * ticket either.
 */
public final class KeyRing {
    /** The least length of a key in bytes. */
    public static final int KEY_BYTES = 32;

    private final int active;
    private final Map<Integer, Map<Use, Hmac>> derived;

    private KeyRing(int active, Map<Integer, Map<Use, Hmac>> derived) {
        this.active = active;
        this.derived = derived;
    }

    /** What a derived key is for. The labels are part of every ticket ever handed out: add, never change. */
    public enum Use {
        /** One session ticket from its predecessor. */
        SESSION_CHAIN("coatcheck/1/chain/ccs"),
        /** CSRF tokens bound to a session. */
        CSRF_SESSION("coatcheck/1/csrf/session"),
        /** CSRF tokens bound to a nonce cookie, before sign-in. */
        CSRF_NONCE("coatcheck/1/csrf/nonce");

        private final String label;

        Use(String label) {
            this.label = label;
        }
    }

    /**
     * A ring of these keys.
     *
     * @throws IllegalArgumentException when the active key is not among them, a number is out of range or a key too short
     */
    public static KeyRing of(int active, Map<Integer, byte[]> keys) {
        if (!keys.containsKey(active)) {
            throw new IllegalArgumentException(
                    "the active key " + active + " is not in the ring, which has " + keys.keySet());
        }
        Map<Integer, Map<Use, Hmac>> derived = new HashMap<>();
        keys.forEach((kid, key) -> {
            if (kid < 0 || kid > 0xFFFF) {
                throw new IllegalArgumentException("a key's number is 0 to 65535, not " + kid);
            }
            if (key.length < KEY_BYTES) {
                throw new IllegalArgumentException(
                        "key " + kid + " has " + key.length + " bytes: " + KEY_BYTES + " are needed");
            }
            Map<Use, Hmac> uses = new EnumMap<>(Use.class);
            for (Use use : Use.values()) {
                uses.put(use, Hmac.under(Digests.hkdf(key, use.label)));
            }
            derived.put(kid, uses);
        });
        return new KeyRing(active, derived);
    }

    /** A ring of one fresh key, number 1, for tests and for sessions that need not outlive the process. */
    public static KeyRing ephemeral(SecureRandom random) {
        byte[] key = new byte[KEY_BYTES];
        random.nextBytes(key);
        return of(1, Map.of(1, key));
    }

    /** The number of the key that new chains begin with. */
    public int active() {
        return active;
    }

    /** The numbers of all keys. */
    public Set<Integer> numbers() {
        return Set.copyOf(derived.keySet());
    }

    /** HMAC-SHA-256 of the parts, one after the other, under this key for this use; empty when the ring has no such key. */
    public Optional<byte[]> mac(int kid, Use use, byte[]... parts) {
        return Optional.ofNullable(derived.get(kid)).map(uses -> {
            Hmac key = uses.get(use);
            if (key == null) {
                throw new IllegalStateException("every use is derived: " + use);
            }
            return key.of(parts);
        });
    }

    @Override
    public String toString() {
        return "KeyRing[" + derived.size() + " keys, redacted]";
    }
}
