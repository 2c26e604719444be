package dev.coatcheck.servlet;

import dev.coatcheck.Exchange;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.FilterChain;
import jakarta.servlet.RequestDispatcher;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpUpgradeHandler;
import java.io.IOException;
import java.security.Principal;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A request that was admitted, and its way through the application, over asynchronous dispatches to the end. */
final class AdmittedRequest extends HttpServletRequestWrapper {
    static final String ATTRIBUTE = AdmittedRequest.class.getName();

    private final Exchange exchange;
    private final AdmittedResponse response;
    private volatile Optional<AdmittedAsync> async = Optional.empty();

    AdmittedRequest(Exchange exchange, HttpServletRequest request, AdmittedResponse response) {
        super(request);
        this.exchange = exchange;
        this.response = response;
    }

    /** Lets the application work; what it starts asynchronously ends by itself. */
    void run(FilterChain chain, ServletRequest request, ServletResponse answer) throws IOException, ServletException {
        try {
            chain.doFilter(request, answer);
            if (async.isEmpty()) {
                end();
            }
        } catch (Throwable failure) {
            if (!answers(failure)) {
                throw failure;
            }
        }
    }

    /** Lets the target of a forward work: when it returns, the answer is complete (Servlet 6.1 §9.4). */
    void runForward(FilterChain chain, ServletRequest request, ServletResponse answer)
            throws IOException, ServletException {
        response.hold(true);
        chain.doFilter(request, answer);
        if (async.isEmpty()) {
            response.end();
        }
    }

    /** An asynchronous cycle has led to a dispatch: whether it was one of ours. */
    boolean resumes() {
        boolean was = async.isPresent();
        async = Optional.empty();
        response.hold(true);
        return was;
    }

    /** The answer is complete: the head is decided at last, what was held back is written, and what was changed since. */
    void end() throws IOException {
        try {
            response.end();
        } finally {
            exchange.finish();
        }
    }

    /** Says on an error page's response what the container forgot of the head. */
    void headOf(HttpServletResponse page) throws IOException {
        if (response.decide()) {
            response.sayAgainOn(page);
        }
    }

    /** Nothing more can be changed. */
    void finish() {
        exchange.finish();
    }

    private boolean answers(Throwable failure) throws IOException {
        try {
            boolean answered = response.fail(failure);
            if (answered) {
                async.ifPresent(AdmittedAsync::abandon);
            }
            return answered;
        } finally {
            exchange.finish();
        }
    }

    /** Nothing is held back behind a forward, unless the filter sees it and therefore its end. */
    @Override
    public @Nullable RequestDispatcher getRequestDispatcher(String path) {
        RequestDispatcher dispatcher = super.getRequestDispatcher(path);
        return dispatcher == null ? null : new Dispatcher(dispatcher, response);
    }

    private record Dispatcher(RequestDispatcher dispatcher, AdmittedResponse response) implements RequestDispatcher {
        @Override
        public void forward(ServletRequest request, ServletResponse answer) throws ServletException, IOException {
            response.hold(false);
            dispatcher.forward(request, answer);
        }

        @Override
        public void include(ServletRequest request, ServletResponse answer) throws ServletException, IOException {
            dispatcher.include(request, answer);
        }
    }

    @Override
    public AsyncContext startAsync() {
        return startAsync(this, response);
    }

    @Override
    public AsyncContext startAsync(ServletRequest request, ServletResponse answer) {
        AdmittedAsync started = new AdmittedAsync(super.startAsync(request, answer), this, response);
        async = Optional.of(started);
        return started;
    }

    @Override
    public AsyncContext getAsyncContext() {
        AsyncContext running = super.getAsyncContext();
        return async.<AsyncContext>map(ours -> ours).orElse(running);
    }

    /** The head belongs to the handshake: it is decided before the protocol changes. */
    @Override
    public <T extends HttpUpgradeHandler> T upgrade(Class<T> handler) throws IOException, ServletException {
        if (!response.decide()) {
            throw new IOException("the session has ended: there is nothing to upgrade");
        }
        return super.upgrade(handler);
    }

    /** The person whom the session speaks for, else whom the container knows. The name is the user's id. */
    @Override
    public @Nullable Principal getUserPrincipal() {
        return signedIn().<Principal>map(SessionPrincipal::new).orElseGet(super::getUserPrincipal);
    }

    @Override
    public @Nullable String getRemoteUser() {
        return signedIn().map(person -> person.id().value()).orElseGet(super::getRemoteUser);
    }

    @Override
    public boolean isUserInRole(String role) {
        return signedIn().map(person -> person.roles().contains(role)).orElseGet(() -> super.isUserInRole(role));
    }

    private Optional<dev.coatcheck.session.Principal> signedIn() {
        return exchange.session().principal();
    }

    private record SessionPrincipal(dev.coatcheck.session.Principal person) implements Principal {
        @Override
        public String getName() {
            return person.id().value();
        }
    }
}
