package dev.coatcheck.json;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.TokenStreamFactory;
import tools.jackson.core.exc.StreamConstraintsException;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.util.JsonRecyclerPools;

/**
 * One JSON text as plain Java values: {@code Map}, {@code List}, {@code String}, {@link Num}, {@code Boolean} and
 * {@code null}. Stricter than RFC 8259, as RFC 7493 §2 asks: no member twice, no lone surrogate.
 */
final class JsonTree {
    /** Arrays and objects within each other. */
    static final int MAX_DEPTH = 32;

    /** Characters of one number. */
    static final int MAX_NUMBER = 1000;

    /** Buffers are not pooled: a pooled one would keep the last password that went through it. */
    private static final JsonFactory JSON = JsonFactory.builder()
            .disable(TokenStreamFactory.Feature.INTERN_PROPERTY_NAMES)
            .disable(TokenStreamFactory.Feature.CANONICALIZE_PROPERTY_NAMES)
            .recyclerPool(JsonRecyclerPools.nonRecyclingPool())
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(2 * MAX_DEPTH)
                    .maxNumberLength(MAX_NUMBER)
                    .build())
            .build();

    private final JsonParser parser;

    private JsonTree(JsonParser parser) {
        this.parser = parser;
    }

    /** A number as it was written: whoever binds it knows which type it shall have. */
    record Num(String text, boolean whole) {}

    /** The one value that the text holds. */
    static @Nullable Object parse(String text) throws MalformedJsonException {
        if (text.startsWith("\uFEFF")) {
            throw new MalformedJsonException("starts with a byte order mark");
        }
        try (JsonParser parser = JSON.createParser(ObjectReadContext.empty(), text)) {
            JsonToken first = parser.nextToken();
            if (first == null) {
                throw new MalformedJsonException("is empty");
            }
            Object value = new JsonTree(parser).value(first, "", 0);
            if (parser.nextToken() != null) {
                throw new MalformedJsonException("goes on after its end");
            }
            return value;
        } catch (StreamConstraintsException e) {
            throw new MalformedJsonException("holds a number, a text or a name that is too long");
        } catch (JacksonException e) {
            throw new MalformedJsonException("is not valid JSON at character "
                    + (e.getLocation() == null ? 0 : e.getLocation().getCharOffset()));
        }
    }

    private @Nullable Object value(JsonToken token, String path, int depth) throws MalformedJsonException {
        return switch (token) {
            case START_OBJECT -> object(path, deeper(depth));
            case START_ARRAY -> array(path, deeper(depth));
            case VALUE_STRING -> wellFormed(parser.getString(), path);
            case VALUE_NUMBER_INT -> new Num(parser.getString(), true);
            case VALUE_NUMBER_FLOAT -> new Num(parser.getString(), false);
            case VALUE_TRUE -> true;
            case VALUE_FALSE -> false;
            case VALUE_NULL -> null;
            default -> throw new MalformedJsonException("is not complete");
        };
    }

    private Map<String, @Nullable Object> object(String path, int depth) throws MalformedJsonException {
        Map<String, @Nullable Object> members = new LinkedHashMap<>();
        while (next() != JsonToken.END_OBJECT) {
            String name = wellFormed(parser.currentName(), path);
            String inner = Paths.member(path, name);
            if (members.containsKey(name)) {
                throw new MalformedJsonException("has the member " + Paths.orWhole(inner) + " twice");
            }
            members.put(name, value(next(), inner, depth));
        }
        return Collections.unmodifiableMap(members);
    }

    private List<@Nullable Object> array(String path, int depth) throws MalformedJsonException {
        List<@Nullable Object> items = new ArrayList<>();
        for (JsonToken token = next(); token != JsonToken.END_ARRAY; token = next()) {
            items.add(value(token, Paths.item(path, items.size()), depth));
        }
        return Collections.unmodifiableList(items);
    }

    private JsonToken next() throws MalformedJsonException {
        JsonToken token = parser.nextToken();
        if (token == null) {
            throw new MalformedJsonException("is not complete");
        }
        return token;
    }

    private static int deeper(int depth) throws MalformedJsonException {
        if (depth == MAX_DEPTH) {
            throw new MalformedJsonException("is nested deeper than " + MAX_DEPTH + " levels");
        }
        return depth + 1;
    }

    private static String wellFormed(String text, String path) throws MalformedJsonException {
        if (Surrogates.areLoneIn(text)) {
            throw new MalformedJsonException("has half a surrogate pair in " + Paths.orWhole(path));
        }
        return text;
    }
}
