package dev.coatcheck.servlet;

import dev.coatcheck.Coatcheck;
import jakarta.servlet.http.HttpServlet;

final class JettyContextPathTest extends ContextPathContract {
    @Override
    Running start(Coatcheck coatcheck, HttpServlet servlet, String context) throws Exception {
        return Containers.jetty(coatcheck, servlet, context);
    }
}
