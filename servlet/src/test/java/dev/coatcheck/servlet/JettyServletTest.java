package dev.coatcheck.servlet;

import dev.coatcheck.Coatcheck;
import dev.coatcheck.testkit.Wire;
import jakarta.servlet.http.HttpServlet;

final class JettyServletTest extends ServletContract {
    @Override
    Running start(Coatcheck coatcheck, HttpServlet servlet) throws Exception {
        return Containers.jetty(coatcheck, servlet);
    }

    @Override
    protected boolean mayLackVary(Wire.Answer answer) {
        return Containers.isJettysErrorPage(answer);
    }
}
