package dev.coatcheck.servlet;

import dev.coatcheck.Admission;
import dev.coatcheck.Coatcheck;
import dev.coatcheck.Exchange;
import dev.coatcheck.http.WebResponse;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.FilterRegistration;
import jakarta.servlet.ServletContext;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.EnumSet;

/**
 * The pipeline as a servlet filter in front of an application: it translates and decides nothing.
 *
 * <p>Filters and servlets behind it find the {@link Exchange} as the request attribute {@link Exchange#ATTRIBUTE}, and the
 * signed-in person as {@link HttpServletRequest#getUserPrincipal}, whose name is the user's id. What the exchange has to say about
 * the answer's head is said when the response is committed: an answer that fits the response's buffer is held back until then. An
 * exception that comes out of the chain before that is answered as a problem document; one that comes later is the container's.
 *
 * <p>Register it first of all filters, for requests, asynchronous dispatches, forwards and error pages, as {@link #addTo} does. All of
 * these, and includes, belong to one exchange. It needs to see forwards because Tomcat cuts off a wrapped response when one ends, and
 * error pages because containers take lines of the head away between {@code sendError} and the page.
 */
public final class CoatcheckFilter implements Filter {
    /** What the filter is to be mapped for. */
    static final EnumSet<DispatcherType> DISPATCHES =
            EnumSet.of(DispatcherType.REQUEST, DispatcherType.ASYNC, DispatcherType.FORWARD, DispatcherType.ERROR);

    private static final String NAME = "coatcheck";

    private final Coatcheck coatcheck;

    /** A filter in front of everything that it is mapped to. */
    public CoatcheckFilter(Coatcheck coatcheck) {
        this.coatcheck = coatcheck;
    }

    /**
     * Registers a filter for all paths of an application that is being set up, before all filters that are declared for them.
     *
     * @throws IllegalStateException when the application is set up already, or has a filter named {@code coatcheck}
     */
    public static void addTo(ServletContext application, Coatcheck coatcheck) {
        FilterRegistration.Dynamic registration = application.addFilter(NAME, new CoatcheckFilter(coatcheck));
        if (registration == null) {
            throw new IllegalStateException("a filter named " + NAME + " is registered already: register it once");
        }
        registration.setAsyncSupported(true);
        registration.addMappingForUrlPatterns(DISPATCHES, false, "/*");
    }

    @Override
    public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        if (request.getAttribute(AdmittedRequest.ATTRIBUTE) instanceof AdmittedRequest admitted) {
            passOn(admitted, request, response, chain);
        } else if (request instanceof HttpServletRequest http && response instanceof HttpServletResponse answer) {
            admit(http, answer, chain);
        } else {
            chain.doFilter(request, response);
        }
    }

    private static void passOn(
            AdmittedRequest admitted, ServletRequest request, ServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        DispatcherType dispatch = request.getDispatcherType();
        if (dispatch == DispatcherType.ASYNC && admitted.resumes()) {
            admitted.run(chain, request, response);
        } else if (dispatch == DispatcherType.FORWARD) {
            admitted.runForward(chain, request, response);
        } else {
            if (dispatch == DispatcherType.ERROR && response instanceof HttpServletResponse page) {
                admitted.headOf(page);
            }
            chain.doFilter(request, response);
        }
    }

    private void admit(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        Admission admission = coatcheck.admit(new ServletWebRequest(request));
        if (admission instanceof Admission.Admitted admitted) {
            Exchange exchange = admitted.exchange();
            AdmittedResponse answer = new AdmittedResponse(exchange, response);
            AdmittedRequest known = new AdmittedRequest(exchange, request, answer);
            request.setAttribute(Exchange.ATTRIBUTE, exchange);
            request.setAttribute(AdmittedRequest.ATTRIBUTE, known);
            known.run(chain, known, answer);
        } else if (admission instanceof Admission.Answered answered) {
            WebResponse answer = answered.response();
            if (answer.stream().isPresent()) {
                AdmittedResponse.writeHead(answer, response);
                ServletStream.run(answer.stream().get(), request, response);
            } else {
                AdmittedResponse.write(answer, response);
            }
        }
    }
}
