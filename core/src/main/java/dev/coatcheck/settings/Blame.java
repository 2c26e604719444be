package dev.coatcheck.settings;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;

/**
 * Finds the setting that a refused policy is about: the one whose default would have been accepted. Collects what is wrong
 * over many policies, so that a person sees everything at once.
 */
public final class Blame {
    private static final Pattern ISO_DURATION = Pattern.compile("\\bPT[0-9][0-9HMS.]*[HMS]\\b");

    private final Settings settings;
    private final List<SettingProblem> problems = new ArrayList<>();

    private Blame(Settings settings) {
        this.settings = settings;
    }

    /** For these settings. */
    public static Blame of(Settings settings) {
        return new Blame(settings);
    }

    /**
     * Makes a policy of these settings; when that is refused, notes which of the keys is at fault, once for every fault, and
     * goes on with its default.
     *
     * @param make throws {@link MisconfigurationException} or {@link IllegalArgumentException} for what can't be
     * @param keys the settings that it reads; the likeliest fault first
     */
    public <T> T make(Function<Settings, T> make, Setting<?>... keys) {
        Settings current = settings;
        for (int i = 0; i <= keys.length; i++) {
            Refusal<T> made = attempt(make, current);
            if (made.value().isPresent()) {
                return made.value().get();
            }
            Setting<?> fault = fault(make, current, made.reason(), keys);
            problems.add(new SettingProblem(current.where(fault), fault.key(), made.reason(), made.wayOut()));
            current = current.without(fault);
        }
        throw new IllegalStateException("the defaults are refused: " + Arrays.toString(keys));
    }

    /** Says everything that was refused, if anything was. @throws InvalidSettingsException with all of it */
    public void throwIfAny() {
        if (!problems.isEmpty()) {
            throw InvalidSettingsException.of(problems);
        }
    }

    /** What was refused so far. */
    public List<SettingProblem> problems() {
        return List.copyOf(problems);
    }

    private static <T> Setting<?> fault(
            Function<Settings, T> make, Settings current, String reason, Setting<?>... keys) {
        List<Setting<?>> set = Arrays.stream(keys).filter(current::isSet).toList();
        return set.stream()
                .filter(key -> attempt(make, current.without(key)).value().isPresent())
                .findFirst()
                .or(() -> set.stream()
                        .filter(key ->
                                !attempt(make, current.without(key)).reason().equals(reason))
                        .findFirst())
                .orElseGet(() -> set.isEmpty() ? keys[0] : set.get(0));
    }

    private record Refusal<T>(Optional<T> value, String reason, String wayOut) {}

    private static <T> Refusal<T> attempt(Function<Settings, T> make, Settings settings) {
        try {
            return new Refusal<>(Optional.of(make.apply(settings)), "", "");
        } catch (MisconfigurationException e) {
            return new Refusal<>(Optional.empty(), e.reason(), e.wayOut());
        } catch (IllegalArgumentException e) {
            return new Refusal<>(Optional.empty(), sentence(String.valueOf(e.getMessage())), "");
        }
    }

    /** A policy's message as the reader of a configuration knows it: durations as they are written there. */
    private static String sentence(String message) {
        String readable = ISO_DURATION.matcher(message).replaceAll(found -> Shapes.text(Duration.parse(found.group())));
        return Character.toUpperCase(readable.charAt(0)) + readable.substring(1) + ".";
    }
}
