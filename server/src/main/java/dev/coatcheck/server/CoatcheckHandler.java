package dev.coatcheck.server;

import dev.coatcheck.Coatcheck;
import dev.coatcheck.Exchange;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/**
 * The pipeline as a Jetty core handler in front of an application: it translates and decides nothing.
 *
 * <p>The application finds the {@link Exchange} as the request attribute {@link Exchange#ATTRIBUTE}. What the exchange has to
 * say about the answer's head is said with the first write, or at the end where nothing was written. Every request is answered
 * here: one that the application does not handle is 404.
 *
 * <p>The server's error handler should be {@link JettyErrors}, so that what fails before or beside the application is answered
 * alike.
 */
public final class CoatcheckHandler extends Handler.Wrapper {
    private final Coatcheck coatcheck;

    /** Puts this pipeline in front of this application. */
    public CoatcheckHandler(Coatcheck coatcheck, Handler application) {
        super(application);
        this.coatcheck = coatcheck;
    }

    /** Stores block. */
    @Override
    public InvocationType getInvocationType() {
        return InvocationType.BLOCKING;
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) {
        return coatcheck
                .admit(JettyRequest.of(request))
                .fold(
                        answer -> {
                            JettyResponse.write(answer, response, callback);
                            return true;
                        },
                        exchange -> {
                            proceed(exchange, request, response, callback);
                            return true;
                        });
    }

    private void proceed(Exchange exchange, Request request, Response response, Callback callback) {
        request.setAttribute(Exchange.ATTRIBUTE, exchange);
        JettyResponse answer = new JettyResponse(exchange, request, response);
        Callback end = new JettyCompletion(exchange, answer, callback);
        try {
            if (!super.handle(request, answer, end)) {
                Response.writeError(request, answer, end, HttpStatus.NOT_FOUND_404);
            }
        } catch (Throwable failure) {
            end.failed(failure);
        }
    }
}
