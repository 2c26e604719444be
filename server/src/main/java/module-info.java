import org.jspecify.annotations.NullMarked;

/** The runnable program: Jetty core handlers and the command line. */
@NullMarked
module dev.coatcheck.server {
    requires static org.jspecify;
    requires transitive dev.coatcheck;
    requires transitive org.eclipse.jetty.server;

    exports dev.coatcheck.server;
}
