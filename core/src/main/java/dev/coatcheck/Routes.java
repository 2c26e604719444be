package dev.coatcheck;

import dev.coatcheck.http.WebRequest;
import dev.coatcheck.http.WebResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * The endpoints that the pipeline answers itself: method and path, where a {@code *} segment stands for any one segment.
 * Below an owned prefix, what no route matches is 404 and never reaches the application.
 */
public final class Routes {
    /** None. */
    public static final Routes NONE = new Routes(List.of(), List.of());

    private final List<Route> routes;
    private final List<String> owned;

    private Routes(List<Route> routes, List<String> owned) {
        this.routes = routes;
        this.owned = owned;
    }

    /** What of forgery protection a route differs in. */
    enum Guard {
        USUAL,
        NO_TOKEN,
        ORIGIN_ALWAYS
    }

    record Route(String method, List<String> segments, WebEndpoint endpoint, Guard guard) {
        /** Segment by segment, without taking the path apart: most requests are an application's, and differ in the first. */
        boolean matches(String path) {
            int from = 1;
            for (int i = 0; i < segments.size(); i++) {
                int slash = path.indexOf('/', from);
                int end = slash < 0 ? path.length() : slash;
                String segment = segments.get(i);
                boolean fits =
                        segment.equals("*") || (segment.length() == end - from && path.startsWith(segment, from));
                boolean endsTogether = (i == segments.size() - 1) == (slash < 0);
                if (!fits || !endsTogether) {
                    return false;
                }
                from = end + 1;
            }
            return true;
        }

        boolean takes(String asked) {
            return method.equals(asked) || (method.equals("GET") && asked.equals("HEAD"));
        }
    }

    /** These routes and one more. @throws IllegalArgumentException when the path does not start with a slash */
    public Routes with(String method, String path, WebEndpoint endpoint) {
        return with(new Route(method, segments(path), endpoint, Guard.USUAL));
    }

    /**
     * These routes and one more whose safe requests take something, such as a place among few: borne by a cookie, they are
     * checked for their origin as unsafe ones are, or any page could use up what a person has.
     *
     * @throws IllegalArgumentException when the path does not start with a slash
     */
    public Routes checkingOrigin(String method, String path, WebEndpoint endpoint) {
        return with(new Route(method, segments(path), endpoint, Guard.ORIGIN_ALWAYS));
    }

    /**
     * These routes and one more that asks for no CSRF token, because it demands a listed Origin and a JSON body itself: a
     * sign-in, which must work beside a forgotten session.
     *
     * @throws IllegalArgumentException when the path does not start with a slash
     */
    public Routes withoutToken(String method, String path, WebEndpoint endpoint) {
        return with(new Route(method, segments(path), endpoint, Guard.NO_TOKEN));
    }

    private Routes with(Route route) {
        List<Route> more = new ArrayList<>(routes);
        more.add(route);
        return new Routes(more, owned);
    }

    /** These routes, and everything below the prefix is theirs. */
    public Routes owning(String prefix) {
        List<String> more = new ArrayList<>(owned);
        more.add(prefix.endsWith("/") ? prefix : prefix + "/");
        return new Routes(routes, more);
    }

    /** What of these concerns the request, looked up once. */
    Match match(WebRequest request) {
        String path = request.path();
        if (!path.startsWith("/")) {
            return Match.NOTHING;
        }
        Set<String> others = Set.of();
        for (Route route : routes) {
            if (route.matches(path)) {
                if (route.takes(request.method())) {
                    return new Match(Optional.of(route), Set.of(), true);
                }
                others = new TreeSet<>(others);
                others.add(route.method());
            }
        }
        return others.isEmpty() && !owns(path) ? Match.NOTHING : new Match(Optional.empty(), others, true);
    }

    private boolean owns(String path) {
        for (String prefix : owned) {
            if (path.startsWith(prefix)) {
                return true;
            }
        }
        return false;
    }

    /**
     * What is answered here of a request.
     *
     * @param route the one that takes it
     * @param others where none does, the methods that the path takes instead, in order
     * @param isAnsweredHere whether it is not the application's, if it is answered 404 or 405
     */
    record Match(Optional<Route> route, Set<String> others, boolean isAnsweredHere) {
        private static final Match NOTHING = new Match(Optional.empty(), Set.of(), false);

        boolean needsToken() {
            return !isGuarded(Guard.NO_TOKEN);
        }

        /** Whether a cookie-borne request here is to name one of our origins, however safe its method is. */
        boolean checksOrigin() {
            return isGuarded(Guard.ORIGIN_ALWAYS);
        }

        private boolean isGuarded(Guard guard) {
            return route.isPresent() && route.get().guard() == guard;
        }

        /** The complete answer; empty for what is the application's. */
        Optional<WebResponse> handle(Exchange exchange) {
            if (route.isPresent()) {
                return Optional.of(exchange.answer(route.get().endpoint().handle(exchange)));
            }
            if (!isAnsweredHere) {
                return Optional.empty();
            }
            return Optional.of(exchange.answer(
                    others.isEmpty() ? Problem.notFound() : Problem.methodNotAllowed(String.join(", ", others))));
        }
    }

    private static List<String> segments(String path) {
        if (!path.startsWith("/")) {
            throw new IllegalArgumentException("a route's path starts with a slash, not " + path);
        }
        return List.of(path.substring(1).split("/", -1));
    }
}
