package dev.coatcheck.session;

import java.util.List;

/**
 * The person that a session speaks for: their id, the name to show, and the roles that the authenticator gave them.
 *
 * @param id stable id
 * @param name what to call them: 1 to 256 characters, any script, no control characters
 * @param roles at most 64, each {@code [A-Za-z0-9._:-]{1,64}}
 */
public record Principal(UserId id, String name, List<String> roles) {
    private static final int MOST_ROLES = 64;
    private static final int LONGEST_ROLE = 64;

    /** @throws IllegalArgumentException when a part has another shape */
    public Principal {
        if (name.isEmpty() || name.length() > 256 || hasControls(name)) {
            throw new IllegalArgumentException("a principal's name is 1 to 256 characters without control characters");
        }
        roles = List.copyOf(roles);
        if (roles.size() > MOST_ROLES) {
            throw malformedRoles();
        }
        for (String role : roles) {
            if (!isRole(role)) {
                throw malformedRoles();
            }
        }
    }

    // A record is read on every request: plain loops, no patterns and no streams.
    private static boolean hasControls(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (Character.isISOControl(text.charAt(i))) {
                return true;
            }
        }
        return false;
    }

    private static boolean isRole(String role) {
        if (role.isEmpty() || role.length() > LONGEST_ROLE) {
            return false;
        }
        for (int i = 0; i < role.length(); i++) {
            char c = role.charAt(i);
            boolean fits = (c >= 'a' && c <= 'z')
                    || (c >= 'A' && c <= 'Z')
                    || (c >= '0' && c <= '9')
                    || c == '.'
                    || c == '_'
                    || c == ':'
                    || c == '-';
            if (!fits) {
                return false;
            }
        }
        return true;
    }

    private static IllegalArgumentException malformedRoles() {
        return new IllegalArgumentException("roles are at most 64 words of [A-Za-z0-9._:-]{1,64}");
    }

    /** A principal without roles. */
    public static Principal of(String id, String name) {
        return new Principal(new UserId(id), name, List.of());
    }
}
