import org.jspecify.annotations.NullMarked;

/** The runnable program: Jetty core handlers and the command line. */
@NullMarked
module dev.coatcheck.server {
    requires static org.jspecify;
    requires transitive dev.coatcheck;
    requires transitive org.eclipse.jetty.server;
    requires ch.qos.logback.classic;
    requires ch.qos.logback.core;
    requires dev.coatcheck.accounts;
    requires dev.coatcheck.doctor;
    requires dev.coatcheck.endpoints;
    requires dev.coatcheck.gateway;
    requires dev.coatcheck.json;
    requires dev.coatcheck.stores.nearcache;
    requires dev.coatcheck.stores.redis;
    requires dev.coatcheck.stores.sql;
    requires info.picocli;
    requires java.management;
    requires micrometer.core;
    requires micrometer.registry.prometheus;
    requires org.slf4j;
    requires org.snakeyaml.engine;

    exports dev.coatcheck.server;

    opens dev.coatcheck.server.cli to
            info.picocli;

    provides ch.qos.logback.classic.spi.Configurator with
            dev.coatcheck.server.log.Logging;
}
