package dev.coatcheck.session;

import java.util.List;
import java.util.regex.Pattern;

/**
 * The person that a session speaks for: their id, the name to show, and the roles that the authenticator gave them.
 *
 * @param id stable id
 * @param name what to call them: 1 to 256 characters, any script, no control characters
 * @param roles at most 64, each {@code [A-Za-z0-9._:-]{1,64}}
 */
public record Principal(UserId id, String name, List<String> roles) {
    private static final Pattern ROLE = Pattern.compile("[A-Za-z0-9._:-]{1,64}");

    /** @throws IllegalArgumentException when a part has another shape */
    public Principal {
        if (name.isEmpty() || name.length() > 256 || name.codePoints().anyMatch(Character::isISOControl)) {
            throw new IllegalArgumentException("a principal's name is 1 to 256 characters without control characters");
        }
        roles = List.copyOf(roles);
        if (roles.size() > 64
                || !roles.stream().allMatch(role -> ROLE.matcher(role).matches())) {
            throw new IllegalArgumentException("roles are at most 64 words of [A-Za-z0-9._:-]{1,64}");
        }
    }

    /** A principal without roles. */
    public static Principal of(String id, String name) {
        return new Principal(new UserId(id), name, List.of());
    }
}
