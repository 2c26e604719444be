package dev.coatcheck.server;

import dev.coatcheck.Coatcheck;
import dev.coatcheck.Exchange;
import dev.coatcheck.Problem;
import dev.coatcheck.http.WebResponse;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.eclipse.jetty.http.HttpException;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.io.EofException;
import org.eclipse.jetty.io.QuietException;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.handler.ErrorHandler;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

/**
 * The server's error handler: whatever Jetty refuses or sees fail, from a request line that can't be parsed to an exception of
 * the application, is answered as a problem document with CORS headers for listed origins. No stack trace, no text of an
 * exception, nothing of the request leaves with it.
 */
public final class JettyErrors implements Request.Handler {
    private static final Duration RETRY_AFTER = Duration.ofSeconds(2);

    private final Coatcheck coatcheck;

    /** For the server that this pipeline runs on: {@link org.eclipse.jetty.server.Server#setErrorHandler}. */
    public JettyErrors(Coatcheck coatcheck) {
        this.coatcheck = coatcheck;
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) {
        Throwable failure = request.getAttribute(ErrorHandler.ERROR_EXCEPTION) instanceof Throwable t ? t : null;
        if (request.getAttribute(Exchange.ATTRIBUTE) instanceof Exchange exchange) {
            WebResponse answer =
                    failure == null ? exchange.answer(problem(response.getStatus())) : answer(exchange, failure);
            write(answer, response, callback);
        } else {
            Problem problem = failure == null
                    ? problem(response.getStatus())
                    : theirs(failure).orElseGet(() -> problem(response.getStatus()));
            write(coatcheck.refuseUnadmitted(whatIsKnownOf(request), problem), response, callback);
        }
        return true;
    }

    /** What an admitted request is answered when this made an end to it before the head. */
    static WebResponse answer(Exchange exchange, Throwable failure) {
        Optional<Problem> theirs = theirs(failure);
        if (theirs.isPresent()) {
            return exchange.refuse(theirs.get());
        }
        return failure instanceof QuietException ? exchange.refuse(Problem.internal()) : exchange.answerFor(failure);
    }

    /** What is wrong with a body that failed like this while it was read; empty when it is not the client's doing. */
    static Optional<Problem> whileReading(Throwable failure) {
        return theirs(failure)
                .or(() -> causes(failure)
                        .flatMap(cause -> {
                            if (cause instanceof TimeoutException) {
                                return Stream.of(problem(HttpStatus.REQUEST_TIMEOUT_408));
                            }
                            return cause instanceof EofException
                                    ? Stream.of(problem(HttpStatus.BAD_REQUEST_400))
                                    : Stream.empty();
                        })
                        .findFirst());
    }

    /** The problem for something that Jetty holds against the client. */
    private static Optional<Problem> theirs(Throwable failure) {
        return causes(failure)
                .flatMap(cause -> cause instanceof HttpException http ? Stream.of(http.getCode()) : Stream.empty())
                .findFirst()
                .filter(status -> status < HttpStatus.INTERNAL_SERVER_ERROR_500)
                .map(JettyErrors::problem);
    }

    private static Stream<Throwable> causes(Throwable failure) {
        return Stream.<@Nullable Throwable>iterate(failure, cause -> cause != null, cause -> cause.getCause())
                .limit(16);
    }

    private static void write(WebResponse answer, Response response, Callback callback) {
        JettyResponse admitted = Response.as(response, JettyResponse.class);
        if (admitted != null) {
            admitted.replaceBy(answer, callback);
        } else {
            JettyResponse.write(answer, response, callback);
        }
    }

    /** Jetty forgets the headers that it had parsed when the rest can't be parsed; the connection remembers Origin. */
    private static JettyRequest whatIsKnownOf(Request request) {
        if (request.getHeaders().size() == 0
                && request.getConnectionMetaData().getConnection().getEndPoint() instanceof JettyEndPoint endPoint) {
            HttpFields.Mutable known = HttpFields.build();
            endPoint.originLines().forEach(line -> known.add(HttpHeader.ORIGIN, line));
            return JettyRequest.unparsed(request, known);
        }
        return JettyRequest.of(request);
    }

    private static Problem problem(int status) {
        return switch (status) {
            case HttpStatus.BAD_REQUEST_400 -> Problem.malformed("It is no well-formed HTTP request, or ended early.");
            case HttpStatus.NOT_FOUND_404 -> Problem.notFound();
            case HttpStatus.REQUEST_TIMEOUT_408 -> Problem.malformed(status, "The body did not arrive in time.");
            case HttpStatus.PAYLOAD_TOO_LARGE_413 ->
                Problem.malformed(status, "The body is larger than this server takes.");
            case HttpStatus.URI_TOO_LONG_414 ->
                Problem.malformed(status, "The address is longer than this server takes.");
            case HttpStatus.EXPECTATION_FAILED_417 -> Problem.malformed(status, "Send it without that Expect header.");
            case HttpStatus.REQUEST_HEADER_FIELDS_TOO_LARGE_431 ->
                Problem.malformed(
                        status,
                        "The headers are larger than this server takes. Many or large cookies are the usual reason.");
            case HttpStatus.SERVICE_UNAVAILABLE_503 -> Problem.unavailable(RETRY_AFTER);
            default ->
                status < HttpStatus.BAD_REQUEST_400 || status == HttpStatus.INTERNAL_SERVER_ERROR_500
                        ? Problem.internal()
                        : Problem.ofStatus(status, HttpStatus.getMessage(status));
        };
    }
}
