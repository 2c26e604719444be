package dev.coatcheck.json;

import java.lang.reflect.AccessibleObject;
import java.lang.reflect.Constructor;
import java.lang.reflect.InaccessibleObjectException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A record class taken apart once: its components in order, and its canonical constructor. */
final class RecordShape {
    private static final ClassValue<RecordShape> SHAPES = new ClassValue<>() {
        @Override
        protected RecordShape computeValue(Class<?> type) {
            return new RecordShape(type);
        }
    };

    private final Constructor<?> constructor;
    private final List<Component> components;

    private RecordShape(Class<?> type) {
        RecordComponent[] declared = type.getRecordComponents();
        Class<?>[] erased =
                Arrays.stream(declared).map(RecordComponent::getType).toArray(Class<?>[]::new);
        try {
            constructor = type.getDeclaredConstructor(erased);
        } catch (NoSuchMethodException e) {
            throw new IllegalStateException("every record has its canonical constructor", e);
        }
        open(constructor, type);
        components = Arrays.stream(declared)
                .map(component -> new Component(
                        component.getName(), component.getGenericType(), open(component.getAccessor(), type)))
                .toList();
    }

    /** One component: its name is the member's name. */
    record Component(String name, Type type, Method accessor) {
        @Nullable
        Object of(Object holder) {
            try {
                return accessor.invoke(holder);
            } catch (ReflectiveOperationException e) {
                throw new IllegalArgumentException(
                        accessor.getDeclaringClass().getName() + " does not give its component " + name, e);
            }
        }
    }

    /** @throws IllegalArgumentException when the module system keeps the record closed */
    static RecordShape of(Class<?> type) {
        return SHAPES.get(type);
    }

    List<Component> components() {
        return components;
    }

    /** @throws IllegalArgumentException when the record's own constructor refuses the values; it says so without them */
    Object create(@Nullable Object[] values) {
        try {
            return constructor.newInstance(values);
        } catch (InvocationTargetException e) {
            if (e.getCause() instanceof Error error) {
                throw error;
            }
            throw new IllegalArgumentException("the record refuses these values");
        } catch (ReflectiveOperationException e) {
            throw new IllegalArgumentException(constructor.getDeclaringClass().getName() + " can't be created", e);
        }
    }

    private static <A extends AccessibleObject> A open(A member, Class<?> type) {
        try {
            member.setAccessible(true);
            return member;
        } catch (InaccessibleObjectException e) {
            throw new IllegalArgumentException(
                    type.getName() + " is closed to JSON: add \"opens " + type.getPackageName()
                            + " to dev.coatcheck.json;\" to its module-info",
                    e);
        }
    }
}
