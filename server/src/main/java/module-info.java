import org.jspecify.annotations.NullMarked;

/** The runnable program: Jetty core handlers and the command line. */
@NullMarked
module dev.coatcheck.server {
    requires static org.jspecify;
    requires transitive dev.coatcheck;
    requires transitive org.eclipse.jetty.server;
    requires ch.qos.logback.classic;
    requires ch.qos.logback.core;
    requires dev.coatcheck.endpoints;
    requires dev.coatcheck.json;
    requires dev.coatcheck.stores.redis;
    requires info.picocli;
    requires org.slf4j;
    requires org.snakeyaml.engine;

    exports dev.coatcheck.server;

    provides ch.qos.logback.classic.spi.Configurator with
            dev.coatcheck.server.log.Logging;
}
