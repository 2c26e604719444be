package dev.coatcheck.csrf;

import dev.coatcheck.token.KeyRing;
import dev.coatcheck.token.SessionId;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Optional;

/**
 * Layer 2: tokens bound to a session's id and privilege epoch, or, before sign-in, to a nonce cookie. An HMAC, masked
 * afresh for every answer so that compression tells nothing (BREACH). Nothing is stored.
 */
public final class CsrfTokens {
    private static final int MAC_BYTES = 32;
    private static final int NONCE_BYTES = 16;

    private final KeyRing keys;
    private final SecureRandom random;

    public CsrfTokens(KeyRing keys, SecureRandom random) {
        this.keys = keys;
        this.random = random;
    }

    /**
     * What a token is bound to.
     *
     * @param kid the key
     * @param use the key's use
     * @param bound the bytes under the HMAC
     */
    record Binding(int kid, KeyRing.Use use, byte[] bound) {}

    /** A token for this session in this privilege epoch; empty when the ring has lost the session's key. */
    public Optional<CsrfToken> forSession(SessionId id, int epoch, int kid) {
        return mask(ofSession(id, epoch, kid));
    }

    /** Whether a request brought a token of this session and epoch. */
    public boolean fitsSession(String presented, SessionId id, int epoch, int kid) {
        return fits(presented, ofSession(id, epoch, kid));
    }

    /** A fresh value for the nonce cookie. */
    public String nonce() {
        byte[] bytes = new byte[NONCE_BYTES];
        random.nextBytes(bytes);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    /** A token for whoever holds the nonce cookie. */
    public CsrfToken forNonce(String nonce) {
        return mask(ofNonce(nonce, keys.active())).orElseThrow();
    }

    /** Whether a request brought a token of its nonce cookie. */
    public boolean fitsNonce(String presented, String nonce) {
        return keys.numbers().stream().anyMatch(kid -> fits(presented, ofNonce(nonce, kid)));
    }

    private static Binding ofSession(SessionId id, int epoch, int kid) {
        byte[] text = id.toString().getBytes(StandardCharsets.US_ASCII);
        byte[] bound =
                ByteBuffer.allocate(text.length + 4).put(text).putInt(epoch).array();
        return new Binding(kid, KeyRing.Use.CSRF_SESSION, bound);
    }

    private static Binding ofNonce(String nonce, int kid) {
        return new Binding(kid, KeyRing.Use.CSRF_NONCE, nonce.getBytes(StandardCharsets.UTF_8));
    }

    private Optional<CsrfToken> mask(Binding binding) {
        return keys.mac(binding.kid(), binding.use(), binding.bound()).map(mac -> {
            byte[] pad = new byte[MAC_BYTES];
            random.nextBytes(pad);
            byte[] masked = ByteBuffer.allocate(2 * MAC_BYTES)
                    .put(pad)
                    .put(xor(mac, pad))
                    .array();
            return new CsrfToken(Base64.getUrlEncoder().withoutPadding().encodeToString(masked));
        });
    }

    private boolean fits(String presented, Binding binding) {
        return unmask(presented)
                .flatMap(claimed -> keys.mac(binding.kid(), binding.use(), binding.bound())
                        .map(mac -> MessageDigest.isEqual(mac, claimed)))
                .orElse(false);
    }

    private static Optional<byte[]> unmask(String presented) {
        if (presented.length() != 86) {
            return Optional.empty();
        }
        try {
            byte[] masked = Base64.getUrlDecoder().decode(presented);
            byte[] pad = new byte[MAC_BYTES];
            byte[] covered = new byte[MAC_BYTES];
            ByteBuffer.wrap(masked).get(pad).get(covered);
            return Optional.of(xor(pad, covered));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private static byte[] xor(byte[] some, byte[] other) {
        byte[] both = new byte[some.length];
        for (int i = 0; i < both.length; i++) {
            both[i] = (byte) (some[i] ^ other[i]);
        }
        return both;
    }
}
