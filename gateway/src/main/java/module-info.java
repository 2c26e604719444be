import org.jspecify.annotations.NullMarked;

/** Routes, proxy, WebSocket tunnel. */
@NullMarked
module dev.coatcheck.gateway {
    requires static org.jspecify;
    requires transitive dev.coatcheck.site;
    requires transitive org.eclipse.jetty.server;
    requires dev.coatcheck;
    requires org.eclipse.jetty.client;
    requires org.eclipse.jetty.http;
    requires org.eclipse.jetty.io;
    requires org.eclipse.jetty.proxy;
    requires org.eclipse.jetty.util;

    exports dev.coatcheck.gateway;
}
