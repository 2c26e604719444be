package dev.coatcheck.cors;

import dev.coatcheck.http.Header;
import dev.coatcheck.http.WebRequest;
import dev.coatcheck.http.WebResponse;
import dev.coatcheck.site.Origin;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A {@link CorsPolicy} at work: what the answers to each listed origin carry is made once, not for each request. */
public final class Cors {
    private static final CorsDecision UNLISTED =
            new CorsDecision(List.of(new Header("Vary", "Origin")), Optional.empty());

    /** Written exactly as a browser serialises them: any other spelling is nobody's. */
    private final Map<String, Listed> listed = new HashMap<>();

    private final List<Header> allowed;

    private Cors(CorsPolicy policy) {
        policy.origins().forEach(origin -> listed.put(origin.toString(), Listed.of(origin, policy)));
        this.allowed = List.of(
                new Header("Access-Control-Allow-Methods", String.join(", ", policy.methods())),
                new Header("Access-Control-Allow-Headers", String.join(", ", policy.headers())),
                new Header(
                        "Access-Control-Max-Age", Long.toString(policy.maxAge().toSeconds())));
    }

    /** By this policy. */
    public static Cors by(CorsPolicy policy) {
        return new Cors(policy);
    }

    /** An origin on the list: what it is granted, and what any answer to it carries. */
    private record Listed(List<Header> granted, CorsDecision decision) {
        static Listed of(Origin origin, CorsPolicy policy) {
            List<Header> granted = List.of(
                    new Header("Access-Control-Allow-Origin", origin.toString()),
                    new Header("Access-Control-Allow-Credentials", "true"));
            List<Header> lines = new ArrayList<>(granted);
            lines.add(new Header("Access-Control-Expose-Headers", String.join(", ", policy.exposed())));
            lines.addAll(UNLISTED.headers());
            return new Listed(granted, new CorsDecision(lines, Optional.empty()));
        }
    }

    /** What this request's origin may do. Looks at headers alone. */
    public CorsDecision decide(WebRequest request) {
        List<String> lines = request.headers("Origin");
        Optional<Listed> origin = lines.size() == 1 ? Optional.ofNullable(listed.get(lines.get(0))) : Optional.empty();
        boolean preflight = request.method().equals("OPTIONS")
                && !lines.isEmpty()
                && !request.headers("Access-Control-Request-Method").isEmpty();
        return preflight
                ? new CorsDecision(List.of(), Optional.of(preflight(origin, request)))
                : origin.map(Listed::decision).orElse(UNLISTED);
    }

    private WebResponse preflight(Optional<Listed> origin, WebRequest request) {
        String vary = "Origin, Access-Control-Request-Method, Access-Control-Request-Headers";
        if (origin.isEmpty()) {
            return WebResponse.status(403).with("Vary", vary).with("Cache-Control", "no-store");
        }
        WebResponse answer = WebResponse.status(204)
                .with(origin.get().granted())
                .with(allowed)
                .with("Vary", vary)
                .with("Cache-Control", "no-store");
        boolean privateNetwork =
                request.headers("Access-Control-Request-Private-Network").contains("true");
        return privateNetwork ? answer.with("Access-Control-Allow-Private-Network", "true") : answer;
    }
}
