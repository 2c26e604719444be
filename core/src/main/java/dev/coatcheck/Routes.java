package dev.coatcheck;

import dev.coatcheck.http.WebRequest;
import dev.coatcheck.http.WebResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
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
    private enum Guard {
        USUAL,
        NO_TOKEN,
        ORIGIN_ALWAYS
    }

    private record Route(String method, List<String> segments, WebEndpoint endpoint, Guard guard) {
        boolean matches(List<String> path) {
            if (path.size() != segments.size()) {
                return false;
            }
            for (int i = 0; i < path.size(); i++) {
                if (!segments.get(i).equals("*") && !segments.get(i).equals(path.get(i))) {
                    return false;
                }
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

    boolean needsToken(WebRequest request) {
        return guard(request) != Guard.NO_TOKEN;
    }

    /** Whether a cookie-borne request here is to name one of our origins, however safe its method is. */
    boolean checksOrigin(WebRequest request) {
        return guard(request) == Guard.ORIGIN_ALWAYS;
    }

    private Guard guard(WebRequest request) {
        List<String> asked = asked(request);
        return routes.stream()
                .filter(route -> route.matches(asked) && route.takes(request.method()))
                .findFirst()
                .map(Route::guard)
                .orElse(Guard.USUAL);
    }

    /** Whether the request is answered here, if with 404 or 405. */
    boolean answer(WebRequest request) {
        List<String> asked = asked(request);
        return routes.stream().anyMatch(route -> route.matches(asked)) || isOwned(request);
    }

    private boolean isOwned(WebRequest request) {
        return owned.stream().anyMatch(request.path()::startsWith);
    }

    /** The complete answer; empty for what is the application's. */
    Optional<WebResponse> handle(Exchange exchange) {
        List<String> asked = asked(exchange.request());
        TreeSet<String> allowed = new TreeSet<>();
        for (Route route : routes) {
            if (route.matches(asked)) {
                if (route.takes(exchange.request().method())) {
                    return Optional.of(exchange.answer(route.endpoint().handle(exchange)));
                }
                allowed.add(route.method());
            }
        }
        if (!allowed.isEmpty()) {
            return Optional.of(exchange.answer(Problem.methodNotAllowed(String.join(", ", allowed))));
        }
        return isOwned(exchange.request()) ? Optional.of(exchange.answer(Problem.notFound())) : Optional.empty();
    }

    private static List<String> asked(WebRequest request) {
        return request.path().startsWith("/") ? segments(request.path()) : List.of();
    }

    private static List<String> segments(String path) {
        if (!path.startsWith("/")) {
            throw new IllegalArgumentException("a route's path starts with a slash, not " + path);
        }
        return List.of(path.substring(1).split("/", -1));
    }
}
