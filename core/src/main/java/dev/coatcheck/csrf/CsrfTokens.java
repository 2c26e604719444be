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

    /** A token for this session in this privilege epoch; empty when the ring has lost the session's key. */
    public Optional<CsrfToken> forSession(SessionId id, int epoch, int kid) {
        return keys.mac(kid, KeyRing.Use.CSRF_SESSION, bound(id, epoch)).map(this::mask);
    }

    /** Whether a request brought a token of this session and epoch. */
    public boolean fitsSession(String presented, SessionId id, int epoch, int kid) {
        return fits(presented, keys.mac(kid, KeyRing.Use.CSRF_SESSION, bound(id, epoch)));
    }

    /** A fresh value for the nonce cookie. */
    public String nonce() {
        byte[] bytes = new byte[NONCE_BYTES];
        random.nextBytes(bytes);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    /** A token for whoever holds the nonce cookie. */
    public CsrfToken forNonce(String nonce) {
        return keys.mac(keys.active(), KeyRing.Use.CSRF_NONCE, bound(nonce))
                .map(this::mask)
                .orElseThrow();
    }

    /** Whether a request brought a token of its nonce cookie. */
    public boolean fitsNonce(String presented, String nonce) {
        return keys.numbers().stream()
                .anyMatch(kid -> fits(presented, keys.mac(kid, KeyRing.Use.CSRF_NONCE, bound(nonce))));
    }

    private static byte[] bound(SessionId id, int epoch) {
        byte[] text = id.toString().getBytes(StandardCharsets.US_ASCII);
        return ByteBuffer.allocate(text.length + 4).put(text).putInt(epoch).array();
    }

    private static byte[] bound(String nonce) {
        return nonce.getBytes(StandardCharsets.UTF_8);
    }

    private CsrfToken mask(byte[] mac) {
        byte[] pad = new byte[MAC_BYTES];
        random.nextBytes(pad);
        byte[] masked =
                ByteBuffer.allocate(2 * MAC_BYTES).put(pad).put(xor(mac, pad)).array();
        return new CsrfToken(Base64.getUrlEncoder().withoutPadding().encodeToString(masked));
    }

    private static boolean fits(String presented, Optional<byte[]> mac) {
        return mac.isPresent()
                && unmask(presented)
                        .filter(claimed -> MessageDigest.isEqual(mac.get(), claimed))
                        .isPresent();
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
