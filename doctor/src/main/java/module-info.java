import org.jspecify.annotations.NullMarked;

/** Why a sign-in does not hold: static checks and a live probe. */
@NullMarked
module dev.coatcheck.doctor {
    requires transitive dev.coatcheck.browser;
    requires transitive info.picocli;
    requires java.net.http;
    requires tools.jackson.databind;
    requires static org.jspecify;

    exports dev.coatcheck.doctor;

    opens dev.coatcheck.doctor to
            info.picocli;
}
