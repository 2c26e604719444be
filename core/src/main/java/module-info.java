import org.jspecify.annotations.NullMarked;

/**
 * Sessions, tickets, transports, CORS, CSRF and the pipeline that carries one request through all of them.
 *
 * <p>Start with {@link dev.coatcheck.Coatcheck}. No framework, no I/O, no JSON library.
 */
@NullMarked
module dev.coatcheck {
    requires static org.jspecify;
    requires transitive dev.coatcheck.site;

    exports dev.coatcheck;
    exports dev.coatcheck.cors;
    exports dev.coatcheck.csrf;
    exports dev.coatcheck.http;
    exports dev.coatcheck.settings;
    exports dev.coatcheck.transport;
    exports dev.coatcheck.session;
    exports dev.coatcheck.store;
    exports dev.coatcheck.token;
}
