package dev.coatcheck.stores.redis;

import io.lettuce.core.output.MapOutput;
import java.nio.ByteBuffer;
import java.util.Map;

/** The fields of a hash. Something else under its key has a single one that no record has. */
final class RecordOutput extends MapOutput<String, String> {
    private static final Map<String, String> NO_HASH = Map.of("", "not a hash");

    RecordOutput() {
        super(TextCodec.UTF8);
    }

    @Override
    public void setError(ByteBuffer message) {
        String text = decodeString(message);
        if (text.startsWith("WRONGTYPE")) {
            output = NO_HASH;
        } else {
            setError(text);
        }
    }
}
