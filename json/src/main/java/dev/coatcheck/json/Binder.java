package dev.coatcheck.json;

import dev.coatcheck.Password;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Reads a {@link JsonTree} as a type that {@link PlainTypes} let pass. Nothing is converted: a text is no number. */
final class Binder {
    private final boolean unknownMembersRefused;

    Binder(boolean unknownMembersRefused) {
        this.unknownMembersRefused = unknownMembersRefused;
    }

    Object bind(Type type, @Nullable Object tree, String path) throws MalformedJsonException {
        if (type == Object.class) {
            return untyped(tree, path);
        }
        if (type instanceof ParameterizedType generic) {
            return generic.getRawType() == List.class
                    ? list(generic.getActualTypeArguments()[0], tree, path)
                    : map(generic.getActualTypeArguments()[1], tree, path);
        }
        Class<?> plain = (Class<?>) type;
        if (plain == List.class) {
            return list(Object.class, tree, path);
        }
        if (plain == Map.class) {
            return map(Object.class, tree, path);
        }
        if (plain.isRecord()) {
            return record(RecordShape.of(plain), tree, path);
        }
        return plain.isEnum() ? constant(plain, tree, path) : scalar(plain, tree, path);
    }

    private static Object scalar(Class<?> type, @Nullable Object tree, String path) throws MalformedJsonException {
        Scalars.Scalar scalar =
                type == Password.class ? Scalars.PASSWORD : Scalars.of(type).orElseThrow();
        Optional<Object> value = Optional.ofNullable(tree).flatMap(scalar.read());
        if (value.isEmpty()) {
            throw mismatch(tree, path, scalar.expected());
        }
        return value.get();
    }

    private static Object constant(Class<?> type, @Nullable Object tree, String path) throws MalformedJsonException {
        List<Enum<?>> constants = Arrays.stream(type.getEnumConstants())
                .<Enum<?>>map(constant -> (Enum<?>) constant)
                .toList();
        Optional<Enum<?>> named = constants.stream()
                .filter(constant -> constant.name().equals(tree))
                .findFirst();
        if (named.isEmpty()) {
            throw mismatch(
                    tree, path, constants.stream().map(Enum::name).collect(Collectors.joining(", ", "one of ", "")));
        }
        return named.get();
    }

    private List<Object> list(Type of, @Nullable Object tree, String path) throws MalformedJsonException {
        if (!(tree instanceof List<?> items)) {
            throw mismatch(tree, path, "a list");
        }
        List<Object> bound = new ArrayList<>(items.size());
        for (Object item : items) {
            bound.add(bind(of, item, Paths.item(path, bound.size())));
        }
        return Collections.unmodifiableList(bound);
    }

    private Map<String, Object> map(Type of, @Nullable Object tree, String path) throws MalformedJsonException {
        Map<String, Object> bound = new LinkedHashMap<>();
        for (Map.Entry<String, @Nullable Object> member : members(tree, path).entrySet()) {
            bound.put(member.getKey(), bind(of, member.getValue(), Paths.member(path, member.getKey())));
        }
        return Collections.unmodifiableMap(bound);
    }

    private Object record(RecordShape shape, @Nullable Object tree, String path) throws MalformedJsonException {
        Map<String, @Nullable Object> members = members(tree, path);
        List<RecordShape.Component> components = shape.components();
        @Nullable Object[] values = new Object[components.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = component(components.get(i), members, path);
        }
        if (unknownMembersRefused) {
            refuseUnknown(members, components, path);
        }
        try {
            return shape.create(values);
        } catch (IllegalArgumentException e) {
            throw new MalformedJsonException("has values in " + Paths.orWhole(path) + " that are not allowed there");
        }
    }

    private Object component(RecordShape.Component component, Map<String, @Nullable Object> members, String path)
            throws MalformedJsonException {
        @Nullable Object tree = members.get(component.name());
        String inner = Paths.member(path, component.name());
        Optional<Type> optional = PlainTypes.optional(component.type());
        if (optional.isPresent()) {
            return tree == null ? Optional.empty() : Optional.of(bind(optional.get(), tree, inner));
        }
        if (!members.containsKey(component.name())) {
            throw new MalformedJsonException("lacks the member " + Paths.orWhole(inner));
        }
        return bind(component.type(), tree, inner);
    }

    private static void refuseUnknown(
            Map<String, @Nullable Object> members, List<RecordShape.Component> components, String path)
            throws MalformedJsonException {
        List<String> known =
                components.stream().map(RecordShape.Component::name).toList();
        for (String name : members.keySet()) {
            if (!known.contains(name)) {
                throw new MalformedJsonException("has the member " + Paths.orWhole(Paths.member(path, name))
                        + ", which is not known here; known are " + String.join(", ", known));
            }
        }
    }

    private static Object untyped(@Nullable Object tree, String path) throws MalformedJsonException {
        Binder any = new Binder(false);
        if (tree instanceof Map) {
            return any.map(Object.class, tree, path);
        }
        if (tree instanceof List) {
            return any.list(Object.class, tree, path);
        }
        Optional<Object> value =
                tree instanceof JsonTree.Num number ? Scalars.untyped(number) : Optional.ofNullable(tree);
        if (value.isEmpty()) {
            throw mismatch(tree, path, "a value in range");
        }
        return value.get();
    }

    @SuppressWarnings("unchecked") // JsonTree makes no other maps
    private static Map<String, @Nullable Object> members(@Nullable Object tree, String path)
            throws MalformedJsonException {
        if (!(tree instanceof Map)) {
            throw mismatch(tree, path, "an object");
        }
        return (Map<String, @Nullable Object>) tree;
    }

    private static MalformedJsonException mismatch(@Nullable Object tree, String path, String expected) {
        String found = tree == null
                ? "null"
                : tree instanceof Map
                        ? "an object"
                        : tree instanceof List
                                ? "a list"
                                : tree instanceof String
                                        ? "a text"
                                        : tree instanceof Boolean ? "a boolean" : "a number";
        return new MalformedJsonException(
                path.isEmpty()
                        ? "is " + found + " where " + expected + " is expected"
                        : "has " + found + " in " + Paths.orWhole(path) + " where " + expected + " is expected");
    }
}
