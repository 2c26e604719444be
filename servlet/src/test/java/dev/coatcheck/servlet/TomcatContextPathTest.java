package dev.coatcheck.servlet;

import dev.coatcheck.Coatcheck;
import jakarta.servlet.http.HttpServlet;

final class TomcatContextPathTest extends ContextPathContract {
    @Override
    Running start(Coatcheck coatcheck, HttpServlet servlet, String context) throws Exception {
        return Containers.tomcat(coatcheck, servlet, context);
    }
}
