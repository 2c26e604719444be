package dev.coatcheck.servlet;

import dev.coatcheck.Coatcheck;
import jakarta.servlet.http.HttpServlet;

final class TomcatServletTest extends ServletContract {
    @Override
    Running start(Coatcheck coatcheck, HttpServlet servlet) throws Exception {
        return Containers.tomcat(coatcheck, servlet);
    }
}
