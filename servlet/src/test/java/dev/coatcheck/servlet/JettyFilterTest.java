package dev.coatcheck.servlet;

import dev.coatcheck.Coatcheck;
import dev.coatcheck.testkit.AdapterContract;
import dev.coatcheck.testkit.ContractApp;
import dev.coatcheck.testkit.Wire;

final class JettyFilterTest extends AdapterContract {
    @Override
    protected Running start(Coatcheck coatcheck, ContractApp application) throws Exception {
        return Containers.jetty(coatcheck, new ContractServlet(application));
    }

    @Override
    protected boolean mayLackVary(Wire.Answer answer) {
        return Containers.isJettysErrorPage(answer);
    }
}
