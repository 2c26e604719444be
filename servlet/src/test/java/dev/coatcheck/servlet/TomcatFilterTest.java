package dev.coatcheck.servlet;

import dev.coatcheck.Coatcheck;
import dev.coatcheck.testkit.AdapterContract;
import dev.coatcheck.testkit.ContractApp;

final class TomcatFilterTest extends AdapterContract {
    @Override
    protected Running start(Coatcheck coatcheck, ContractApp application) throws Exception {
        return Containers.tomcat(coatcheck, new ContractServlet(application));
    }
}
