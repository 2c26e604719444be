package dev.coatcheck.server;

import dev.coatcheck.testkit.AdapterFixture;
import org.eclipse.jetty.server.Server;

/** A started server, stopped with the test. */
record RunningJetty(Server server) implements AdapterFixture.Running {
    @Override
    public int port() {
        return JettyServer.port(server);
    }

    @Override
    public void stop() throws Exception {
        server.stop();
    }
}
