package dev.coatcheck.gateway;

import dev.coatcheck.Problem;
import dev.coatcheck.site.Hosts;
import dev.coatcheck.site.Origin;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/**
 * A handler that puts several upstreams behind one plain-http origin: each request goes to the route with the longest matching
 * path, HTTP through Jetty's proxy, WebSocket upgrades through a tunnel.
 *
 * <p>Hop-by-hop headers end here, and so does whatever only a proxy may say ({@code X-Forwarded-*}, {@code Remote-User}, …); the
 * forwarding headers are set anew. Cookies and redirects are rewritten so that they hold on this origin. Requests for hosts that
 * are neither this machine nor the origin's are refused, which keeps pages elsewhere from reaching it by a name of theirs.
 */
public final class Gateway extends Handler.Wrapper {
    private static final int MOST_REMEMBERED = 200;

    private final Origin here;
    private final List<Route> routes;
    private final Consumer<String> notices;
    private final Set<String> told = ConcurrentHashMap.newKeySet();
    private final TunnelHandler tunnels;

    /**
     * @param here the origin that browsers use
     * @param routes one of them for {@code /}
     * @param notices is told once, from any thread, of each cookie that was rewritten: its name, what was done, and why
     * @throws IllegalArgumentException when the origin is not http, no route has {@code /}, or two have the same path
     */
    public Gateway(Origin here, List<Route> routes, GatewayLimits limits, Consumer<String> notices) {
        super(false);
        if (!here.scheme().equals("http")) {
            throw new IllegalArgumentException("cookies are rewritten for plain http, not for " + here);
        }
        if (routes.stream().noneMatch(route -> route.path().equals("/"))) {
            throw new IllegalArgumentException("a route for / is missing");
        }
        if (routes.stream().map(Route::path).distinct().count() < routes.size()) {
            throw new IllegalArgumentException("two routes have the same path");
        }
        this.here = here;
        this.routes = List.copyOf(routes);
        this.notices = notices;
        this.tunnels = new TunnelHandler(limits, this::rewritten, new Forwarder(limits, this::rewritten));
        setHandler(tunnels);
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) throws Exception {
        Optional<Problem> refused = refusal(request);
        if (refused.isPresent()) {
            Answers.write(refused.get(), request, response, callback);
            return true;
        }
        Optional<Route> route = Route.of(request.getHttpURI().getCanonicalPath(), routes);
        request.setAttribute(Crossing.ATTRIBUTE, new Crossing(usedBy(request), route.orElseThrow(), routes));
        return super.handle(request, response, callback);
    }

    private Optional<Problem> refusal(Request request) {
        String path = request.getHttpURI().getPath();
        if (path == null || !path.startsWith("/") || path.startsWith("//") || hasDotSegment(path)) {
            return Optional.of(Answers.ambiguousPath());
        }
        if (request.getMethod().equals("TRACE") || request.getMethod().equals("CONNECT")) {
            return Optional.of(Answers.noTrace());
        }
        String host = usedBy(request).host();
        return Hosts.isLoopback(host) || host.equals(here.host())
                ? Optional.empty()
                : Optional.of(Answers.foreignHost());
    }

    /** Routed by one reading of the path and served by another, a request would reach what it should not. */
    private static boolean hasDotSegment(String path) {
        return Stream.of(path.split("/", -1)).anyMatch(segment -> segment.equals(".") || segment.equals(".."));
    }

    private Origin usedBy(Request request) {
        String host = request.getHeaders().get(HttpHeader.HOST);
        return host == null ? here : Origin.parse(here.scheme() + "://" + host).orElse(NOBODYS);
    }

    private static final Origin NOBODYS = Origin.parse("http://invalid").orElseThrow();

    private void rewritten(String cookie, List<String> changes) {
        String line = "Cookie " + printable(cookie) + ": " + printable(String.join(", ", changes)) + ".";
        if (told.size() < MOST_REMEMBERED && told.add(line)) {
            notices.accept(line);
        }
    }

    private static String printable(String text) {
        return text.replaceAll("[^\\x20-\\x7e]", "?");
    }

    @Override
    protected void doStop() throws Exception {
        tunnels.closeAll();
        super.doStop();
    }
}
