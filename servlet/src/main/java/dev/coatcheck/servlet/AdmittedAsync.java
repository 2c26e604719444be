package dev.coatcheck.servlet;

import jakarta.servlet.AsyncContext;
import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;
import jakarta.servlet.ServletContext;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.jspecify.annotations.Nullable;

/** One asynchronous cycle of an admitted request: the exchange ends before the container is told to. */
final class AdmittedAsync implements AsyncContext, AsyncListener {
    private final AsyncContext context;
    private final AdmittedRequest request;
    private final AdmittedResponse response;

    AdmittedAsync(AsyncContext context, AdmittedRequest request, AdmittedResponse response) {
        this.context = context;
        this.request = request;
        this.response = response;
        context.addListener(this);
    }

    @Override
    public void complete() {
        try {
            request.end();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            context.complete();
        }
    }

    /** The answer is written already; there is no more to come. */
    void abandon() {
        context.complete();
    }

    @Override
    public void dispatch() {
        response.hold(false);
        context.dispatch();
    }

    @Override
    public void dispatch(String path) {
        response.hold(false);
        context.dispatch(path);
    }

    @Override
    public void dispatch(ServletContext application, String path) {
        response.hold(false);
        context.dispatch(application, path);
    }

    /** What follows is the container's error page, unless a listener of the application's knows better: either gets the head. */
    @Override
    public void onTimeout(AsyncEvent event) throws IOException {
        response.decide();
    }

    @Override
    public void onError(AsyncEvent event) throws IOException {
        response.decide();
    }

    /** However it came to its end. */
    @Override
    public void onComplete(AsyncEvent event) throws IOException {
        request.finish();
    }

    @Override
    public void onStartAsync(AsyncEvent event) {
        // The next cycle has a context and a listener of its own.
    }

    @Override
    public ServletRequest getRequest() {
        return context.getRequest();
    }

    @Override
    public ServletResponse getResponse() {
        return context.getResponse();
    }

    @Override
    public boolean hasOriginalRequestAndResponse() {
        return context.hasOriginalRequestAndResponse();
    }

    @Override
    public void start(Runnable run) {
        context.start(run);
    }

    @Override
    public void addListener(AsyncListener listener) {
        context.addListener(listener);
    }

    @Override
    public void addListener(
            AsyncListener listener,
            @Nullable ServletRequest servletRequest,
            @Nullable ServletResponse servletResponse) {
        context.addListener(listener, servletRequest, servletResponse);
    }

    @Override
    public <T extends AsyncListener> T createListener(Class<T> type) throws ServletException {
        return context.createListener(type);
    }

    @Override
    public void setTimeout(long millis) {
        context.setTimeout(millis);
    }

    @Override
    public long getTimeout() {
        return context.getTimeout();
    }
}
