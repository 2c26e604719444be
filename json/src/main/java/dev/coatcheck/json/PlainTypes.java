package dev.coatcheck.json;

import dev.coatcheck.Password;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The types that JSON may be read as: scalars, enums, records, {@code List<X>}, {@code Map<String, X>}, {@code Object} for
 * whatever is there, and {@code Optional<X>} as a record's component. A type is judged whole, before any JSON is looked at.
 */
final class PlainTypes {
    private static final ClassValue<Boolean> VALUES = checked(false);
    private static final ClassValue<Boolean> BODIES = checked(true);

    private PlainTypes() {}

    /**
     * For session values. Looked at once for each type.
     *
     * @throws IllegalArgumentException when the type, or one inside it, is none of these; the message names it
     */
    static void checkValue(Class<?> type) {
        VALUES.get(type);
    }

    /** For request bodies, in which there may be a {@link Password} as well. */
    static void checkBody(Class<?> type) {
        BODIES.get(type);
    }

    private static ClassValue<Boolean> checked(boolean passwords) {
        return new ClassValue<>() {
            @Override
            protected Boolean computeValue(Class<?> type) {
                check(type, passwords, new HashSet<>());
                return true;
            }
        };
    }

    private static void check(Type type, boolean passwords, Set<Type> seen) {
        if (!seen.add(type)) {
            return;
        }
        if (type instanceof ParameterizedType generic) {
            checkGeneric(generic, passwords, seen);
        } else if (!(type instanceof Class<?> plain)) {
            throw not(type);
        } else if (plain.isRecord()) {
            for (RecordShape.Component component : RecordShape.of(plain).components()) {
                check(optional(component.type()).orElse(component.type()), passwords, seen);
            }
        } else if (!isPlain(plain, passwords)) {
            throw not(type);
        }
    }

    private static void checkGeneric(ParameterizedType generic, boolean passwords, Set<Type> seen) {
        Type[] arguments = generic.getActualTypeArguments();
        if (generic.getRawType() == List.class) {
            check(arguments[0], passwords, seen);
        } else if (generic.getRawType() == Map.class && arguments[0] == String.class) {
            check(arguments[1], passwords, seen);
        } else {
            throw not(generic);
        }
    }

    private static boolean isPlain(Class<?> type, boolean passwords) {
        return type == Object.class
                || type == List.class
                || type == Map.class
                || type.isEnum()
                || Scalars.of(type).isPresent()
                || (passwords && type == Password.class);
    }

    /** The {@code X} of {@code Optional<X>}. */
    static Optional<Type> optional(Type type) {
        return type instanceof ParameterizedType generic && generic.getRawType() == Optional.class
                ? Optional.of(generic.getActualTypeArguments()[0])
                : Optional.empty();
    }

    private static IllegalArgumentException not(Type type) {
        return new IllegalArgumentException("JSON is not read as " + type.getTypeName()
                + ": only as texts, numbers, booleans, java.time values, enums, records, List, Map with String keys,"
                + " and Optional as a record's component");
    }
}
