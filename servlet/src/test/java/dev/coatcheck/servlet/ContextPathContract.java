package dev.coatcheck.servlet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.coatcheck.Coatcheck;
import dev.coatcheck.testkit.AdapterFixture;
import dev.coatcheck.testkit.ContractApp;
import dev.coatcheck.testkit.Wire;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** An application below a context path, {@code /shop}: rules and routes speak of paths within it. */
abstract class ContextPathContract extends AdapterFixture {
    abstract Running start(Coatcheck coatcheck, HttpServlet servlet, String context) throws Exception;

    @Override
    protected final Running start(Coatcheck coatcheck, ContractApp application) throws Exception {
        ContractServlet contract = new ContractServlet(application);
        HttpServlet servlet = new HttpServlet() {
            private static final long serialVersionUID = 1L;

            @Override
            protected void service(HttpServletRequest request, HttpServletResponse response)
                    throws ServletException, IOException {
                if ("/private".equals(request.getServletPath() + request.getPathInfo())) {
                    response.getWriter().print("served");
                } else {
                    contract.service(request, response);
                }
            }
        };
        return start(coatcheck, servlet, "/shop");
    }

    @Test
    void rulesAndRoutesMeanPathsWithinTheApplication() throws Exception {
        on("/", (exchange, call) -> call.write(utf8("the entrance")));
        assertThat(get("/shop/whoami").text()).isEqualTo("nobody");
        assertThat(get("/shop/").text()).isEqualTo("the entrance");
        assertThat(get("/shop/private").status()).isEqualTo(401);
        try (Wire wire = connect()) {
            wire.send(Wire.request("POST", "/shop/endpoint/echo", FROM_APP, "Content-Length: 2") + "hi");
            assertThat(wire.answer().text()).isEqualTo("hi");
        }
    }

    @Test
    void encodingIsKept() throws Exception {
        on("/a%20b", (exchange, call) -> call.write(utf8(exchange.request().path())));
        assertThat(get("/shop/a%20b").text()).isEqualTo("/a%20b");
        assertThat(get("/%73hop/a%20b").text()).as("resolved").isEqualTo("/a%20b");
    }

    /** What the application serves at {@code /private} is private; a container may refuse a detour before anybody is asked. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "/shop/%70rivate",
                "/shop/private;x=1",
                "/shop;x=1/private",
                "/%73hop/private",
                "/./shop/private",
                "/shop/./private",
                "/shop//private",
                "//shop/private",
                "/shop/../shop/private",
                "/shop/%2e%2e/shop/private",
                "/a/../shop/private",
                "/shop/..;/shop/private",
            })
    void noDetourLeadsAroundARule(String target) throws Exception {
        assertThat(get(target).status()).isIn(400, 401, 404);
    }
}
