package dev.coatcheck.token;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.zip.CRC32;

/**
 * A session's ticket: {@code ccs_<session id>_<kid, generation, secret>_<crc32>}, base62, always 86 characters.
 *
 * <p>The prefix lets secret scanners find a leaked one, the checksum lets a typo cost no look-up. The text is a secret:
 * {@link #reveal} is called where it leaves in an answer, and nowhere else.
 */
public final class SessionToken {
    /** Length of the text. */
    public static final int LENGTH = 86;

    private static final String PREFIX = "ccs_";
    private static final int ID_END = PREFIX.length() + Base62.lengthOf(SessionId.BYTES);
    private static final int BODY_BYTES = 2 + 4 + Secret.BYTES;
    private static final int CHECKSUM_BYTES = 4;
    private static final int BODY_END = ID_END + 1 + Base62.lengthOf(BODY_BYTES);

    private final SessionId id;
    private final int kid;
    private final int generation;
    private final Secret secret;

    SessionToken(SessionId id, int kid, int generation, Secret secret) {
        this.id = id;
        this.kid = kid;
        this.generation = generation;
        this.secret = secret;
    }

    /** Reads what {@link #reveal} wrote; empty for anything else. */
    public static Optional<SessionToken> parse(String raw) {
        if (raw.length() != LENGTH
                || !raw.startsWith(PREFIX)
                || raw.charAt(ID_END) != '_'
                || raw.charAt(BODY_END) != '_'
                || !checksumHolds(raw)) {
            return Optional.empty();
        }
        return SessionId.parse(raw.substring(PREFIX.length(), ID_END))
                .flatMap(id -> Base62.decode(raw, ID_END + 1, BODY_END, BODY_BYTES)
                        .flatMap(body -> ofBody(id, ByteBuffer.wrap(body))));
    }

    private static Optional<SessionToken> ofBody(SessionId id, ByteBuffer body) {
        int kid = Short.toUnsignedInt(body.getShort());
        int generation = body.getInt();
        byte[] secret = new byte[Secret.BYTES];
        body.get(secret);
        return generation < 0
                ? Optional.empty()
                : Optional.of(new SessionToken(id, kid, generation, Secret.of(secret)));
    }

    /** Whose ticket it claims to be. */
    public SessionId id() {
        return id;
    }

    /** The text that a browser keeps. */
    public String reveal() {
        ByteBuffer body = ByteBuffer.allocate(BODY_BYTES)
                .putShort((short) kid)
                .putInt(generation)
                .put(secret.bytes());
        String claimed = PREFIX + id + "_" + Base62.encode(body.array());
        int checksum = checksum(claimed.getBytes(StandardCharsets.ISO_8859_1));
        return claimed + "_"
                + Base62.encode(
                        ByteBuffer.allocate(CHECKSUM_BYTES).putInt(checksum).array());
    }

    int kid() {
        return kid;
    }

    int generation() {
        return generation;
    }

    Secret secret() {
        return secret;
    }

    private static boolean checksumHolds(String raw) {
        byte[] text = raw.getBytes(StandardCharsets.ISO_8859_1);
        if (text.length != LENGTH) {
            // Two halves of a surrogate pair are one byte.
            return false;
        }
        int checksum = checksum(text);
        return Base62.decode(raw, BODY_END + 1, LENGTH, CHECKSUM_BYTES)
                .filter(written -> ByteBuffer.wrap(written).getInt() == checksum)
                .isPresent();
    }

    /** Of everything before the checksum itself. */
    private static int checksum(byte[] text) {
        CRC32 crc = new CRC32();
        crc.update(text, 0, BODY_END);
        return (int) crc.getValue();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof SessionToken token
                && id.equals(token.id)
                && kid == token.kid
                && generation == token.generation
                && secret.equals(token.secret);
    }

    @Override
    public int hashCode() {
        return id.hashCode();
    }

    @Override
    public String toString() {
        return "SessionToken[redacted]";
    }
}
