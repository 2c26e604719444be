package dev.coatcheck.browser;

import dev.coatcheck.site.ParsedSetCookie;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What all steps of one request share.
 *
 * @param services what the browser keeps between requests
 * @param request what was asked for
 * @param client the document that asked
 * @param plan what that turns into
 * @param hop where the request is on its way
 * @param log the decisions
 * @param exchanges what was sent
 */
record Trip(
        Services services,
        Request request,
        Document client,
        Plan plan,
        Hop hop,
        Decisions log,
        List<Exchange> exchanges) {
    private static final Set<Integer> REDIRECTS = Set.of(301, 302, 303, 307, 308);

    /** The URL of the hop, as decisions name it. */
    String subject() {
        return hop.url().withoutFragment();
    }

    boolean withCredentials() {
        return plan.credentials() == Credentials.INCLUDE;
    }

    int redirects() {
        return hop.redirects();
    }

    /** Sends one request; a failure is a decision, not an exception. */
    Optional<NetworkResponse> send(NetworkRequest sent) {
        try {
            NetworkResponse response = services.network().send(sent);
            boolean broken = response.headers().fields().stream()
                    .anyMatch(field -> field.value().indexOf('\0') >= 0);
            if (broken) {
                throw new IOException("A header of the answer holds a NUL byte");
            }
            exchanges.add(new Exchange(sent, Optional.of(response)));
            return Optional.of(response);
        } catch (IOException e) {
            exchanges.add(new Exchange(sent, Optional.empty()));
            log.refuse(
                    Step.SEND_REQUEST,
                    subject(),
                    Rule.NETWORK_FAILURE,
                    hop.url(),
                    Optional.of(String.valueOf(e.getMessage())),
                    Optional.of("an HTTP answer"));
            return Optional.empty();
        }
    }

    static boolean isRedirect(NetworkResponse response) {
        return REDIRECTS.contains(response.status())
                && !response.headers().first("Location").orElse("").isEmpty();
    }

    static String nameOf(String setCookie) {
        return ParsedSetCookie.parse(setCookie).name();
    }
}
