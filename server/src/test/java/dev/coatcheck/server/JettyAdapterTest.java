package dev.coatcheck.server;

import dev.coatcheck.Coatcheck;
import dev.coatcheck.testkit.AdapterContract;
import dev.coatcheck.testkit.ContractApp;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.eclipse.jetty.server.Server;

final class JettyAdapterTest extends AdapterContract {
    @Override
    protected Running start(Coatcheck coatcheck, ContractApp application) throws Exception {
        InetSocketAddress anyPort = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        Server server =
                JettyServer.listening(anyPort, coatcheck, new ContractHandler(application), JettyLimits.DEFAULT);
        return RunningJetty.of(server);
    }
}
