package dev.coatcheck.server;

import dev.coatcheck.testkit.AdapterFixture;
import org.eclipse.jetty.server.Server;

/** A started server, stopped with the test. */
record RunningJetty(Server server, int port) implements AdapterFixture.Running {
    static RunningJetty of(Server server) throws Exception {
        server.start();
        return new RunningJetty(server, JettyServer.port(server));
    }

    @Override
    public void stop() throws Exception {
        server.stop();
    }
}
