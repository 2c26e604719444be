import org.jspecify.annotations.NullMarked;

/** Sessions, tickets, transports, CORS, CSRF, the pipeline. No framework, no I/O, no JSON library. */
@NullMarked
module dev.coatcheck {
    requires static org.jspecify;
}
