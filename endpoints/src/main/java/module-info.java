import org.jspecify.annotations.NullMarked;

/** The HTTP API under /auth: endpoints that are the same wherever they are mounted. */
@NullMarked
module dev.coatcheck.endpoints {
    requires static org.jspecify;
    requires transitive dev.coatcheck;
    requires dev.coatcheck.json;

    exports dev.coatcheck.endpoints;

    opens dev.coatcheck.endpoints to
            dev.coatcheck.json;
}
