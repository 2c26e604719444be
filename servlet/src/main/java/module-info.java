import org.jspecify.annotations.NullMarked;

/** The pipeline as a servlet filter. */
@NullMarked
module dev.coatcheck.servlet {
    requires static org.jspecify;
    requires transitive dev.coatcheck;
    requires transitive jakarta.servlet;

    exports dev.coatcheck.servlet;
}
