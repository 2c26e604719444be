package dev.coatcheck.server.run;

import dev.coatcheck.AccessRules;
import dev.coatcheck.Exchange;
import dev.coatcheck.json.JsonDocument;
import dev.coatcheck.session.Principal;
import dev.coatcheck.token.SessionId;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/**
 * The application that {@code coatcheck demo} puts behind the pipeline: {@code GET /api/me}, {@code POST /api/counter} and
 * {@code GET /api/public}, which needs no session.
 */
final class DemoApi extends Handler.Abstract {
    /** Everything below /api wants a person, except what is public. */
    static final Application APPLICATION = new Application(
            DemoApi::new, AccessRules.DEFAULT.withSignedIn(List.of("/api")).withSessionless(List.of("/api/public")));

    private static final String COUNTER = "counter";

    @Override
    public boolean handle(Request request, Response response, Callback callback) {
        return switch (request.getMethod() + " " + Request.getPathInContext(request)) {
            case "GET /api/me" -> answer(me(exchange(request)), response, callback);
            case "POST /api/counter" -> answer(count(exchange(request)), response, callback);
            case "GET /api/public" -> answer(Map.of("message", "Everybody may read this."), response, callback);
            default -> false;
        };
    }

    private static Map<String, Object> me(Exchange exchange) {
        Map<String, Object> members = seen(exchange);
        exchange.session().get(COUNTER, Long.class).ifPresent(counter -> members.put(COUNTER, counter));
        return members;
    }

    private static Map<String, Object> count(Exchange exchange) {
        long counter = exchange.session().update(COUNTER, Long.class, before -> before.orElse(0L) + 1);
        Map<String, Object> members = seen(exchange);
        members.put(COUNTER, counter);
        return members;
    }

    private static Map<String, Object> seen(Exchange exchange) {
        exchange.keepPrivate();
        Map<String, Object> members = new LinkedHashMap<>();
        Optional<String> name = exchange.session().principal().map(Principal::name);
        name.ifPresent(known -> members.put("name", known));
        exchange.session().id().map(SessionId::toString).ifPresent(id -> members.put("sessionId", id));
        return members;
    }

    private static Exchange exchange(Request request) {
        return (Exchange) request.getAttribute(Exchange.ATTRIBUTE);
    }

    private static boolean answer(Map<String, ?> members, Response response, Callback callback) {
        response.getHeaders().put(HttpHeader.CONTENT_TYPE, JsonDocument.MEDIA_TYPE);
        response.write(true, ByteBuffer.wrap(JsonDocument.bytes(members)), callback);
        return true;
    }
}
