package dev.coatcheck.doctor;

import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.io.JsonStringEncoder;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The one JSON reader and writer of the doctor; what it reads comes from servers and files and is bounded in depth. */
final class Json {
    private static final int DEPTH = 64;
    private static final JsonMapper MAPPER = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(DEPTH)
                            .maxStringLength(64 << 20)
                            .build())
                    .build())
            .build();

    private Json() {}

    static JsonMapper mapper() {
        return MAPPER;
    }

    /** The tree of a text; empty when it is no JSON object. */
    static Optional<JsonNode> object(String text) {
        if (!text.stripLeading().startsWith("{")) {
            return Optional.empty();
        }
        try {
            return Optional.of(MAPPER.readTree(text)).filter(JsonNode::isObject);
        } catch (JacksonException e) {
            return Optional.empty();
        }
    }

    static String escape(String text) {
        return new String(JsonStringEncoder.getInstance().quoteAsCharArray(text));
    }
}
