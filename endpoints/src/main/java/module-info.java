import org.jspecify.annotations.NullMarked;

/** The HTTP API under /auth: endpoints that are the same wherever they are mounted. */
@NullMarked
module dev.coatcheck.endpoints {
    requires static org.jspecify;
}
