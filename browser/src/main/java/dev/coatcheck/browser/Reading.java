package dev.coatcheck.browser;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** What the page may see of an answer: the CORS check and the exposure of headers. */
final class Reading {
    private final Trip trip;
    private final Hop hop;
    private final Decisions log;

    Reading(Trip trip) {
        this.trip = trip;
        this.hop = trip.hop();
        this.log = trip.log();
    }

    boolean passesCorsCheck(NetworkResponse response) {
        if (!hop.corsFlag()) {
            return true;
        }
        Optional<Cors.Refusal> refusal = Cors.check(response.headers(), hop.corsOrigin(), trip.withCredentials());
        refusal.ifPresent(
                why -> log.refuse(Step.READ_RESPONSE, trip.subject(), why.rule(), hop.url(), why.seen(), why.needed()));
        return refusal.isEmpty();
    }

    Set<String> exposed(Headers headers) {
        Set<String> listed = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
        listed.addAll(Cors.list(headers, "Access-Control-Expose-Headers").orElse(List.of()));
        boolean all = listed.contains("*") && !trip.withCredentials();
        Set<String> exposed = new TreeSet<>();
        for (String name : headers.names()) {
            boolean cookie = Safelists.isHiddenResponseHeader(name);
            boolean safe = !hop.corsFlag() || Safelists.isReadableResponseHeader(name);
            boolean named = all || listed.contains(name);
            if (!cookie && (safe || named)) {
                exposed.add(name);
            }
            Rule rule = cookie
                    ? Rule.HEADER_FORBIDDEN
                    : safe ? Rule.HEADER_SAFELISTED : named ? Rule.HEADER_EXPOSED : Rule.HEADER_NOT_EXPOSED;
            noteExposed(name, rule, headers);
        }
        return exposed;
    }

    private void noteExposed(String name, Rule rule, Headers headers) {
        if (rule == Rule.HEADER_SAFELISTED || rule == Rule.HEADER_EXPOSED) {
            log.allow(Step.EXPOSE_HEADER, name, rule, hop.url());
            return;
        }
        log.refuse(
                Step.EXPOSE_HEADER,
                name,
                rule,
                hop.url(),
                headers.combined("Access-Control-Expose-Headers").map(v -> "Access-Control-Expose-Headers: " + v),
                rule == Rule.HEADER_FORBIDDEN
                        ? Optional.empty()
                        : Optional.of("Access-Control-Expose-Headers: " + name));
    }

    static boolean isImage(NetworkResponse response) {
        String type = response.headers().combined("Content-Type").orElse("image/*");
        return type.startsWith("image/");
    }

    static boolean isEventStream(NetworkResponse response) {
        return response.headers().combined("Content-Type").orElse("").startsWith("text/event-stream");
    }
}
