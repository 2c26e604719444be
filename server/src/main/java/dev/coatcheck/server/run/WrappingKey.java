package dev.coatcheck.server.run;

import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;
import javax.crypto.Cipher;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/** The key from outside that the key ring's file is encrypted with: AES-256-GCM, a random nonce of 96 bits before each text. */
final class WrappingKey {
    private static final int NONCE_BYTES = 12;
    private static final int TAG_BITS = 128;

    private final SecretKey key;

    private WrappingKey(SecretKey key) {
        this.key = key;
    }

    static WrappingKey of(String base64) {
        return new WrappingKey(new SecretKeySpec(Base64.getDecoder().decode(base64), "AES"));
    }

    byte[] wrap(byte[] plain, byte[] label, SecureRandom random) {
        byte[] nonce = new byte[NONCE_BYTES];
        random.nextBytes(nonce);
        byte[] sealed = crypt(Cipher.ENCRYPT_MODE, nonce, plain, label)
                .orElseThrow(() -> new IllegalStateException("this JDK has no AES-256-GCM"));
        byte[] all = Arrays.copyOf(nonce, NONCE_BYTES + sealed.length);
        System.arraycopy(sealed, 0, all, NONCE_BYTES, sealed.length);
        return all;
    }

    /** Empty when another key, or another label, was used. */
    Optional<byte[]> unwrap(byte[] wrapped, byte[] label) {
        if (wrapped.length <= NONCE_BYTES) {
            return Optional.empty();
        }
        return crypt(
                Cipher.DECRYPT_MODE,
                Arrays.copyOf(wrapped, NONCE_BYTES),
                Arrays.copyOfRange(wrapped, NONCE_BYTES, wrapped.length),
                label);
    }

    private Optional<byte[]> crypt(int mode, byte[] nonce, byte[] text, byte[] label) {
        try {
            Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
            cipher.init(mode, key, new GCMParameterSpec(TAG_BITS, nonce));
            cipher.updateAAD(label);
            return Optional.of(cipher.doFinal(text));
        } catch (GeneralSecurityException e) {
            return Optional.empty();
        }
    }

    @Override
    public String toString() {
        return "WrappingKey[redacted]";
    }
}
