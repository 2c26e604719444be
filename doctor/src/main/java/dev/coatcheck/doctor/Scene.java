package dev.coatcheck.doctor;

import java.util.Locale;

/** A step of the story. */
enum Scene {
    PAGE("page and API"),
    BEFORE_SIGN_IN("before the sign-in"),
    CSRF("token against forgery"),
    SIGN_IN("sign-in"),
    SECOND_REQUEST("second request"),
    UNSAFE_WITHOUT_TOKEN("change without token"),
    UNSAFE_WITH_TOKEN("change with token"),
    FORGERY("change by a foreign page"),
    FOREIGN_ORIGINS("foreign origins"),
    SIGN_OUT("sign-out"),
    AFTER_SIGN_OUT("after the sign-out"),
    REPLAY("the old cookie again"),
    RECORDED("recorded request");

    private final String title;

    Scene(String title) {
        this.title = title;
    }

    String title() {
        return title;
    }

    String id() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
