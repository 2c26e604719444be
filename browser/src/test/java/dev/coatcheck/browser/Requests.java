package dev.coatcheck.browser;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import tools.jackson.databind.JsonNode;

/** Requests from the recorded scenarios' words. */
final class Requests {
    private Requests() {}

    static Request of(JsonNode json) {
        String kind = json.path("kind").asString("");
        Request request = Request.of(
                kind(kind),
                json.path("method").asString("GET"),
                json.path("url").asString(""));
        for (JsonNode header : json.path("headers")) {
            request = request.header(header.path(0).asString(""), header.path(1).asString(""));
        }
        request = json.path("body").isString() ? request.body(json.path("body").asString()) : request;
        request = kind.equals("form") ? form(request, json) : request;
        request = json.has("credentials")
                ? request.credentials(constant(Credentials.class, json.path("credentials")))
                : request;
        request = json.has("mode") ? request.mode(constant(Mode.class, json.path("mode"))) : request;
        request =
                json.has("redirect") ? request.redirect(constant(RedirectMode.class, json.path("redirect"))) : request;
        request = json.has("cache") ? request.cache(constant(CacheMode.class, json.path("cache"))) : request;
        return details(request, json);
    }

    private static Request details(Request start, JsonNode json) {
        Request request = start;
        if (json.has("targetAddressSpace")) {
            request = request.targetAddressSpace(constant(AddressSpace.class, json.path("targetAddressSpace")));
        }
        if (json.has("crossorigin")) {
            boolean with = json.path("crossorigin").asString("").equals("use-credentials");
            request = request.crossOrigin(with ? Credentials.INCLUDE : Credentials.SAME_ORIGIN);
        }
        request = json.path("userGesture").asBoolean(false) ? request.userGesture() : request;
        request = json.path("rel").asString("").contains("noreferrer") ? request.noReferrer() : request;
        return switch (json.path("target").asString("")) {
            case "", "_self" -> request;
            case "_top" -> request.target(Request.Target.TOP);
            default -> request.target(Request.Target.CHILD_FRAME);
        };
    }

    private static RequestKind kind(String kind) {
        return switch (kind) {
            case "img" -> RequestKind.IMAGE;
            case "eventsource" -> RequestKind.EVENT_SOURCE;
            case "websocket" -> RequestKind.WEB_SOCKET;
            default -> RequestKind.valueOf(kind.toUpperCase(Locale.ROOT));
        };
    }

    private static <E extends Enum<E>> E constant(Class<E> type, JsonNode word) {
        return Enum.valueOf(type, word.asString("").toUpperCase(Locale.ROOT).replace('-', '_'));
    }

    private static Request form(Request request, JsonNode json) {
        List<String[]> fields = new ArrayList<>();
        json.path("fields")
                .forEach(field -> fields.add(
                        new String[] {field.path(0).asString(""), field.path(1).asString("")}));
        if (fields.isEmpty()) {
            fields.add(new String[] {"a", "1"});
        }
        String type = json.path("enctype").asString("application/x-www-form-urlencoded");
        boolean plain = type.equals("text/plain");
        StringBuilder body = new StringBuilder();
        for (String[] field : fields) {
            body.append(plain || body.isEmpty() ? "" : "&");
            body.append(plain ? field[0] + "=" + field[1] + "\r\n" : encode(field[0]) + "=" + encode(field[1]));
        }
        return request.body(body.toString()).header("Content-Type", type);
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
