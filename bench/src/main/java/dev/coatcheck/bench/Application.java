package dev.coatcheck.bench;

import dev.coatcheck.Exchange;
import dev.coatcheck.session.Principal;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/**
 * The application that every measured server runs: {@code GET /me} says who asks, {@code POST /note} keeps the body, {@code
 * GET /note} shows it. Only where the answer comes from differs.
 */
final class Application extends Handler.Abstract {
    /** Where a request without a session says who it is from. */
    static final String USER = "X-User";

    private final Source source;
    private final List<HttpField> lines;

    Application(Source source) {
        this(source, List.of());
    }

    /** @param lines that every answer has besides its own */
    Application(Source source, List<HttpField> lines) {
        this.source = source;
        this.lines = lines;
    }

    /** Who asks, and what they noted. */
    interface Source {
        String user(Request request);

        String noted(Request request);

        void note(Request request, String note);
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) throws IOException {
        String path = request.getHttpURI().getPath();
        boolean reads = request.getMethod().equals("GET");
        if (path.equals("/me") && reads) {
            return answer(Note.user(source.user(request)), response, callback);
        }
        if (path.equals("/note") && reads) {
            return answer(Note.noted(source.user(request), source.noted(request)), response, callback);
        }
        if (path.equals("/note") && request.getMethod().equals("POST")) {
            source.note(request, Content.Source.asString(request, StandardCharsets.UTF_8));
            return answer(Note.user(source.user(request)), response, callback);
        }
        Response.writeError(request, response, callback, HttpStatus.NOT_FOUND_404);
        return true;
    }

    private boolean answer(String text, Response response, Callback callback) {
        response.getHeaders().put(HttpHeader.CONTENT_TYPE, "application/json");
        for (HttpField line : lines) {
            response.getHeaders().add(line);
        }
        response.write(true, ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)), callback);
        return true;
    }

    /** The request says it itself. */
    record Nothing() implements Source {
        @Override
        public String user(Request request) {
            return named(request);
        }

        @Override
        public String noted(Request request) {
            throw new IllegalStateException("nothing is kept here");
        }

        @Override
        public void note(Request request, String note) {}
    }

    /** One call to a store: a read's user comes from there; a write is one call alone. */
    record Called(StoreCall call) implements Source {
        @Override
        public String user(Request request) {
            return request.getMethod().equals("POST") ? named(request) : call.user(named(request));
        }

        @Override
        public String noted(Request request) {
            return call.noted(named(request));
        }

        @Override
        public void note(Request request, String note) {
            call.note(named(request), note);
        }
    }

    /** The session that came with the request. */
    record Sessions() implements Source {
        private static final String ATTRIBUTE = "note";

        @Override
        public String user(Request request) {
            return exchange(request).session().principal().map(Principal::name).orElse("nobody");
        }

        @Override
        public String noted(Request request) {
            return exchange(request).session().get(ATTRIBUTE, String.class).orElse("nothing");
        }

        @Override
        public void note(Request request, String note) {
            exchange(request).session().set(ATTRIBUTE, note);
        }

        private static Exchange exchange(Request request) {
            return (Exchange) request.getAttribute(Exchange.ATTRIBUTE);
        }
    }

    private static String named(Request request) {
        return String.valueOf(request.getHeaders().get(USER));
    }
}
