package dev.coatcheck.servlet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.coatcheck.Coatcheck;
import dev.coatcheck.Exchange;
import dev.coatcheck.Problem;
import dev.coatcheck.ProblemException;
import dev.coatcheck.session.Principal;
import dev.coatcheck.testkit.AdapterFixture;
import dev.coatcheck.testkit.ContractApp;
import dev.coatcheck.testkit.Wire;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.RequestDispatcher;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** What only servlets have: buffers that can be reset, writers, forwards, error pages, asynchronous dispatches, roles. */
abstract class ServletContract extends AdapterFixture {
    private final Map<String, Step> steps = new ConcurrentHashMap<>();

    /** What a servlet does at a path. */
    interface Step {
        void handle(HttpServletRequest request, HttpServletResponse response) throws ServletException, IOException;
    }

    abstract Running start(Coatcheck coatcheck, HttpServlet servlet) throws Exception;

    @Override
    protected final Running start(Coatcheck coatcheck, ContractApp application) throws Exception {
        ContractServlet contract = new ContractServlet(application);
        return start(coatcheck, new HttpServlet() {
            private static final long serialVersionUID = 1L;

            @Override
            protected void service(HttpServletRequest request, HttpServletResponse response)
                    throws ServletException, IOException {
                Step step = steps.get(place(request));
                if (step == null) {
                    contract.service(request, response);
                } else {
                    step.handle(request, response);
                }
            }
        });
    }

    private static String place(HttpServletRequest request) {
        return switch (request.getDispatcherType()) {
            case ERROR -> "error page";
            case INCLUDE -> (String) request.getAttribute(RequestDispatcher.INCLUDE_REQUEST_URI);
            default -> request.getRequestURI();
        };
    }

    private void at(String path, Step step) {
        steps.put(path, step);
    }

    private static Exchange exchange(HttpServletRequest request) {
        return (Exchange) request.getAttribute(Exchange.ATTRIBUTE);
    }

    @Test
    void aResetLosesWhatTheApplicationSaidAndNothingOfOurs() throws Exception {
        at("/reset", (request, response) -> {
            exchange(request).session().set("k", "v");
            response.setHeader("X-App", "gone");
            response.getOutputStream().print("gone");
            assertThat(response.isCommitted()).isFalse();
            response.reset();
            response.getWriter().print("kept");
            response.resetBuffer();
            response.getWriter().print("kept after all");
        });
        Wire.Answer answer = get("/reset");
        assertThat(answer.text()).isEqualTo("kept after all");
        assertThat(answer.all("X-App")).isEmpty();
        assertThat(tickets(answer)).hasSize(1);
        assertReadable(answer);
    }

    @Test
    void afterTheHeadNothingCanBeResetOrRedirected() throws Exception {
        at("/late", (request, response) -> {
            response.getWriter().print("x".repeat(response.getBufferSize() + 1));
            assertThat(response.isCommitted()).isTrue();
            assertThatThrownBy(response::reset).isInstanceOf(IllegalStateException.class);
            assertThatThrownBy(response::resetBuffer).isInstanceOf(IllegalStateException.class);
            assertThatThrownBy(() -> response.sendRedirect("/")).isInstanceOf(IllegalStateException.class);
            assertThatThrownBy(() -> response.sendError(500)).isInstanceOf(IllegalStateException.class);
            response.setHeader("X-Late", "ignored");
            response.setStatus(201);
            response.getWriter().print("end");
        });
        Wire.Answer answer = get("/late");
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.text()).endsWith("xend");
        assertThat(answer.all("X-Late")).isEmpty();
    }

    @Test
    void aWriterKeepsItsEncoding() throws Exception {
        at("/writer", (request, response) -> {
            response.setContentType("text/plain;charset=UTF-8");
            response.getWriter().append("gr\u00fc\u00df ").append('d').printf("%s", "ich");
            response.getWriter().flush();
            response.getWriter().write(" \u20ac".toCharArray());
            response.getWriter().close();
        });
        Wire.Answer answer = get("/writer");
        assertThat(answer.text()).isEqualTo("gr\u00fc\u00df dich \u20ac");
        assertThat(answer.only("Content-Type").orElseThrow()).isEqualToIgnoringCase("text/plain;charset=UTF-8");
    }

    @Test
    void smallAnswersKeepTheirLengthAndLargeOnesTheirBytes() throws Exception {
        at("/small", (request, response) -> response.getOutputStream().write(new byte[100]));
        at("/large", (request, response) -> {
            for (int i = 0; i < 300_000; i++) {
                response.getOutputStream().write(i);
            }
        });
        at("/known", (request, response) -> {
            response.setContentLength(100_000);
            response.getOutputStream().write(new byte[100_000]);
        });
        assertThat(get("/small").only("Content-Length")).contains("100");
        assertThat(get("/known").only("Content-Length")).contains("100000");
        byte[] body = get("/large").body();
        assertThat(body).hasSize(300_000);
        for (int i = 0; i < body.length; i += 997) {
            assertThat(body[i]).isEqualTo((byte) i);
        }
    }

    @Test
    void forwardsAndIncludesAreTheSameExchange() throws Exception {
        AtomicInteger exchanges = new AtomicInteger();
        at("/outer", (request, response) -> {
            exchange(request).session().set("k", "v");
            request.setAttribute("seen", exchange(request));
            request.getRequestDispatcher("/included").include(request, response);
            response.getWriter().print(" outer");
        });
        at("/included", (request, response) -> {
            exchanges.addAndGet(request.getAttribute("seen") == exchange(request) ? 1 : 100);
            response.getWriter().print("included");
        });
        at("/forwarding", (request, response) -> {
            exchange(request).session().set("k", "v");
            request.setAttribute("seen", exchange(request));
            request.getRequestDispatcher("/included").forward(request, response);
        });
        Wire.Answer included = get("/outer");
        Wire.Answer forwarded = get("/forwarding");
        assertThat(included.text()).isEqualTo("included outer");
        assertThat(forwarded.text()).isEqualTo("included");
        assertThat(exchanges).hasValue(2);
        for (Wire.Answer answer : List.of(included, forwarded)) {
            assertThat(tickets(answer)).hasSize(1);
            assertReadable(answer);
        }
    }

    @Test
    void aForwardWithoutABodyCarriesTheHead() throws Exception {
        at(
                "/forwarding",
                (request, response) -> request.getRequestDispatcher("/empty").forward(request, response));
        at("/empty", (request, response) -> {
            exchange(request).session().set("k", "v");
            response.setStatus(204);
        });
        Wire.Answer answer = get("/forwarding");
        assertThat(answer.status()).isEqualTo(204);
        assertThat(tickets(answer)).hasSize(1);
        assertReadable(answer);
    }

    @Test
    void theApplicationsErrorPageCarriesTheHead() throws Exception {
        at("/wrong", (request, response) -> {
            exchange(request).session().set("k", "v");
            response.getWriter().print("never seen");
            response.sendError(418, "short and stout");
        });
        at("error page", (request, response) -> response.getWriter().print("the page"));
        Wire.Answer answer = get("/wrong");
        assertThat(answer.status()).isEqualTo(418);
        assertThat(answer.text()).isEqualTo("the page");
        assertThat(tickets(answer)).hasSize(1);
        assertThat(answer.all("Cache-Control")).containsExactly("private, no-store");
        assertThat(vary(answer)).containsOnlyOnce("origin");
        assertReadable(answer);
    }

    @Test
    void anAsynchronousDispatchIsTheSameExchange() throws Exception {
        at("/async", (request, response) -> {
            if (request.getDispatcherType() == DispatcherType.REQUEST) {
                response.setHeader("X-First", "yes");
                AsyncContext context = request.startAsync();
                request.setAttribute("seen", exchange(request));
                context.start(context::dispatch);
            } else {
                assertThat(request.getAttribute("seen")).isSameAs(exchange(request));
                exchange(request).session().set("k", "v");
                response.getWriter().print("dispatched");
            }
        });
        Wire.Answer answer = get("/async");
        assertThat(answer.text()).isEqualTo("dispatched");
        assertThat(answer.only("X-First")).contains("yes");
        assertThat(tickets(answer)).hasSize(1);
        assertReadable(answer);
    }

    @Test
    void anAsynchronousTimeoutIsReadable() throws Exception {
        at("/timeout", (request, response) -> request.startAsync().setTimeout(50));
        at("error page", (request, response) -> response.getWriter().print("the page"));
        Wire.Answer answer = get("/timeout");
        assertThat(answer.status()).isEqualTo(500);
        assertReadable(answer);
    }

    @Test
    void aWriteListenerWritesWhenItMay() throws Exception {
        at("/listener", (request, response) -> {
            exchange(request).session().set("k", "v");
            AsyncContext context = request.startAsync();
            ServletOutputStream out = response.getOutputStream();
            out.setWriteListener(new WriteListener() {
                private int left = 50;

                @Override
                public void onWritePossible() throws IOException {
                    while (left > 0 && out.isReady()) {
                        left--;
                        out.write(new byte[10_000]);
                    }
                    if (left == 0 && out.isReady()) {
                        left--;
                        context.complete();
                    }
                }

                @Override
                public void onError(Throwable failure) {
                    context.complete();
                }
            });
        });
        Wire.Answer answer = get("/listener");
        assertThat(answer.body()).hasSize(500_000);
        assertThat(tickets(answer)).hasSize(1);
        assertReadable(answer);
    }

    @Test
    void theRequestKnowsThePersonAndTheirRoles() throws Exception {
        at("/roles", (request, response) -> {
            if (request.getUserPrincipal() == null) {
                exchange(request)
                        .session()
                        .signIn(new Principal(Principal.of("u1", "x").id(), "Bob", List.of("editor")));
            }
            response.getWriter()
                    .print(request.getRemoteUser() + " "
                            + request.getUserPrincipal().getName() + " " + request.isUserInRole("editor") + " "
                            + request.isUserInRole("admin"));
        });
        Wire.Answer first = get("/roles");
        assertThat(first.text()).isEqualTo("u1 u1 true false");
        assertThat(get("/roles", cookieOf(first)).text()).isEqualTo("u1 u1 true false");
    }

    @Test
    void aCauseWrappedByTheFrameworkIsStillAProblem() throws Exception {
        at("/wrapped", (request, response) -> {
            throw new ServletException(new ServletException(ProblemException.of(Problem.scopeInsufficient("no"))));
        });
        assertThat(get("/wrapped").code()).isEqualTo("scope-insufficient");
    }
}
