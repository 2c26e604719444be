package dev.coatcheck.browser;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import tools.jackson.databind.JsonNode;

/** The server of the recorded scenarios: answers what a step's script says, and adds the headers that the real one added. */
final class ScriptedServer implements Network {
    private final Map<String, NetworkResponse> answers = new HashMap<>();
    private final Map<String, NetworkResponse> preflightAnswers = new HashMap<>();
    private final List<NetworkRequest> arrived = new ArrayList<>();
    private String contentType = "";

    void script(JsonNode step, JsonNode request, Function<JsonNode, Headers> headers) {
        answers.clear();
        preflightAnswers.clear();
        arrived.clear();
        contentType = switch (request.path("kind").asString("")) {
            case "eventsource" -> "text/event-stream";
            case "img" -> "image/png";
            default -> "text/plain";
        };
        String url = Url.parse(request.path("url").asString(""))
                .map(Url::withoutFragment)
                .orElse("");
        add(url, step, headers);
        for (JsonNode target : step.path("redirectTargets")) {
            add(
                    Url.parse(target.path("url").asString(""))
                            .map(Url::withoutFragment)
                            .orElse(""),
                    target,
                    headers);
        }
    }

    private void add(String url, JsonNode script, Function<JsonNode, Headers> headers) {
        if (script.path("response").isObject()) {
            answers.put(url, response(script.path("response"), headers));
        }
        if (script.path("preflightResponse").isObject()) {
            preflightAnswers.put(url, response(script.path("preflightResponse"), headers));
        }
    }

    private static NetworkResponse response(JsonNode json, Function<JsonNode, Headers> headers) {
        return new NetworkResponse(json.path("status").asInt(), headers.apply(json.path("headers")), "");
    }

    @Override
    public NetworkResponse send(NetworkRequest request) throws IOException {
        arrived.add(request);
        NetworkResponse scripted = (request.preflight() ? preflightAnswers : answers).get(request.url());
        return scripted == null ? added(NetworkResponse.of(404, "Content-Type", "text/plain")) : added(scripted);
    }

    private NetworkResponse added(NetworkResponse scripted) {
        Headers headers = scripted.headers();
        headers = headers.contains("Content-Type") ? headers : headers.plus("Content-Type", contentType);
        headers = headers.contains("Content-Length") ? headers : headers.plus("Content-Length", "2");
        return new NetworkResponse(scripted.status(), headers.with("Connection", "close"), "ok");
    }

    List<NetworkRequest> arrived() {
        return List.copyOf(arrived);
    }
}
