package dev.coatcheck.doctor;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** What a backend is built with, as far as its answers tell; decides in which terms a cure is written. */
public enum Stack {
    /** Coatcheck itself, the server or the library. */
    COATCHECK("Coatcheck"),
    /** Laravel, with or without Sanctum. */
    LARAVEL("Laravel"),
    /** PHP with its own sessions. */
    PHP("PHP"),
    /** Django, CORS by django-cors-headers. */
    DJANGO("Django"),
    /** Express with the packages cors and express-session. */
    EXPRESS("Express"),
    /** Spring Boot with Spring Security. */
    SPRING("Spring"),
    /** ASP.NET Core. */
    ASPNET("ASP.NET Core"),
    /** An nginx that answers itself, or stands in front of something unknown. */
    NGINX("nginx"),
    /** Nothing recognised: the cure names headers. */
    UNKNOWN("unknown");

    private final String title;

    Stack(String title) {
        this.title = title;
    }

    /** The name for people. */
    public String title() {
        return title;
    }

    /** The name in options, in JSON and of the file with its cures: lower case. */
    public String id() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The stack of an {@link #id()}. */
    public static Optional<Stack> of(String id) {
        return Arrays.stream(values())
                .filter(stack -> stack.id().equals(id.toLowerCase(Locale.ROOT)))
                .findFirst();
    }

    /** The request header in which this stack looks for the token against forgery, unless it was configured otherwise. */
    String csrfHeader() {
        return switch (this) {
            case DJANGO -> "X-CSRFToken";
            case LARAVEL, SPRING -> "X-XSRF-TOKEN";
            case ASPNET -> "RequestVerificationToken";
            default -> "X-CSRF-Token";
        };
    }
}
