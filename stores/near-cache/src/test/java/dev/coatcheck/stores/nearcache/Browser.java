package dev.coatcheck.stores.nearcache;

import dev.coatcheck.Coatcheck;
import dev.coatcheck.Exchange;
import dev.coatcheck.ProblemException;
import dev.coatcheck.http.RequestHead;
import dev.coatcheck.http.WebResponse;
import dev.coatcheck.session.ValueCodec;
import dev.coatcheck.site.Origin;
import dev.coatcheck.store.SessionStore;
import dev.coatcheck.store.StoreUnavailableException;
import dev.coatcheck.token.KeyRing;
import dev.coatcheck.token.SessionId;
import dev.coatcheck.token.SessionToken;
import java.util.Set;
import java.util.function.Consumer;

/** What a browser keeps of us, a cookie and a CSRF token, on an app's page of another origin than ours. */
final class Browser {
    private static final String APP = "https://app.example.com";

    String cookie = "";
    String csrf = "";

    /** A node whose attributes are whole numbers. */
    static Coatcheck.Builder node(SessionStore store, KeyRing keys) {
        ValueCodec numbers = new ValueCodec() {
            @Override
            public String write(Object value) {
                return value.toString();
            }

            @Override
            public <T> T read(String json, Class<T> type) {
                return type.cast(Integer.valueOf(json));
            }
        };
        return Coatcheck.on(Origin.parse("https://api.example.com").orElseThrow(), store, keys, numbers)
                .apps(Set.of(Origin.parse(APP).orElseThrow()));
    }

    SessionId session() {
        return SessionToken.parse(cookie).orElseThrow().id();
    }

    RequestHead request(String method, String path) {
        RequestHead request = RequestHead.of(method, path).from("192.0.2.7").with("Origin", APP);
        return cookie.isEmpty()
                ? request
                : request.with("Cookie", "__Host-coatcheck=" + cookie).with("X-CSRF-Token", csrf);
    }

    WebResponse ask(Coatcheck node, String method, String path, Consumer<Exchange> application) {
        return ask(node, request(method, path), application);
    }

    WebResponse ask(Coatcheck node, RequestHead request, Consumer<Exchange> application) {
        WebResponse answer = node.admit(request).fold(answered -> answered, exchange -> {
            try {
                application.accept(exchange);
            } catch (ProblemException | StoreUnavailableException e) {
                return exchange.answerFor(e);
            }
            return exchange.answer(WebResponse.status(200));
        });
        answer.headers().stream()
                .filter(line -> line.value().startsWith("__Host-coatcheck="))
                .forEach(line -> cookie = line.value()
                        .substring("__Host-coatcheck=".length(), line.value().indexOf(';')));
        answer.header("X-CSRF-Token").ifPresent(token -> csrf = token);
        return answer;
    }
}
