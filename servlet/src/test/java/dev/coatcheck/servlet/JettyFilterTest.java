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

    /** Jetty's own error page, as long as the application has none: it drops Vary and adds no-store. */
    @Override
    protected boolean mayLackVary(Wire.Answer answer) {
        return answer.status() >= 400
                && answer.only("Cache-Control")
                        .filter(line -> line.contains("must-revalidate"))
                        .isPresent();
    }
}
