package dev.coatcheck.stores.sql;

import dev.coatcheck.store.StoredSession.StoredAttribute;
import java.io.StringWriter;
import java.util.HashMap;
import java.util.Map;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.exc.StreamReadException;
import tools.jackson.core.json.JsonFactory;

/** The column of attributes: <code>{"name": [version, "the value's JSON text"], …}</code>. */
final class AttributesJson {
    private static final JsonFactory JSON = new JsonFactory();
    private static final String NONE = "{}";

    private AttributesJson() {}

    static String write(Map<String, StoredAttribute> attributes) {
        if (attributes.isEmpty()) {
            return NONE;
        }
        StringWriter text = new StringWriter();
        try (JsonGenerator json = JSON.createGenerator(ObjectWriteContext.empty(), text)) {
            json.writeStartObject();
            attributes.forEach((name, attribute) -> {
                json.writeName(name);
                json.writeStartArray();
                json.writeNumber(attribute.version());
                json.writeString(attribute.json());
                json.writeEndArray();
            });
            json.writeEndObject();
        }
        return text.toString();
    }

    /** An object of texts. */
    static String texts(Map<String, String> texts) {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = JSON.createGenerator(ObjectWriteContext.empty(), text)) {
            json.writeStartObject();
            texts.forEach(json::writeStringProperty);
            json.writeEndObject();
        }
        return text.toString();
    }

    /** @throws StreamReadException when the text is no such JSON */
    static Map<String, StoredAttribute> read(String text) {
        if (text.equals(NONE)) {
            return Map.of();
        }
        Map<String, StoredAttribute> attributes = new HashMap<>();
        return new PlainAttributes(text).readInto(attributes) ? attributes : parsed(text);
    }

    /** Whatever JSON it is. */
    static Map<String, StoredAttribute> parsed(String text) {
        Map<String, StoredAttribute> attributes = new HashMap<>();
        try (JsonParser json = JSON.createParser(ObjectReadContext.empty(), text)) {
            expect(json, JsonToken.START_OBJECT);
            for (String name = json.nextName(); name != null; name = json.nextName()) {
                expect(json, JsonToken.START_ARRAY);
                expect(json, JsonToken.VALUE_NUMBER_INT);
                long version = json.getLongValue();
                expect(json, JsonToken.VALUE_STRING);
                attributes.put(name, new StoredAttribute(json.getString(), version));
                expect(json, JsonToken.END_ARRAY);
            }
            if (json.currentToken() != JsonToken.END_OBJECT || json.nextToken() != null) {
                throw new StreamReadException(json, "not a column of attributes");
            }
        }
        return attributes;
    }

    private static void expect(JsonParser json, JsonToken token) {
        if (json.nextToken() != token) {
            throw new StreamReadException(json, "not a column of attributes");
        }
    }
}
