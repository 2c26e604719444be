import org.jspecify.annotations.NullMarked;

/** The pipeline as a servlet filter. */
@NullMarked
module dev.coatcheck.servlet {
    requires static org.jspecify;
}
