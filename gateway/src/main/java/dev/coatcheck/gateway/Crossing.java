package dev.coatcheck.gateway;

import dev.coatcheck.site.Hosts;
import dev.coatcheck.site.Origin;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Request;

/**
 * One request on its way to its upstream: what the heads of request and answer look like on the other side.
 *
 * @param here the origin that the browser used, as its Host header says
 * @param route what the path belongs to
 * @param routes all of them: redirects to any upstream come back here
 */
record Crossing(Origin here, Route route, List<Route> routes) {
    static final String ATTRIBUTE = Crossing.class.getName();
    private static final String VIA = "1.1 coatcheck";

    Crossing {
        routes = List.copyOf(routes);
    }

    /** The one that the gateway decided on for this request. */
    static Crossing of(Request request) {
        if (request.getAttribute(ATTRIBUTE) instanceof Crossing crossing) {
            return crossing;
        }
        throw new IllegalStateException("the request did not come through the gateway");
    }

    Upstream upstream() {
        return route.upstream();
    }

    private boolean addressedThere() {
        return upstream().addressed() == Upstream.Addressed.AS_THERE;
    }

    /** The request's head for the upstream. */
    HttpFields.Mutable toUpstream(Request request) {
        HttpFields.Mutable out = HttpFields.build();
        out.add(HttpHeader.HOST, addressedThere() ? upstream().authority() : authority(here));
        for (HttpField field : Headers.endToEnd(request.getHeaders())) {
            if (!Headers.isVouched(field.getName())) {
                requestField(field, out);
            }
        }
        out.add(HttpHeader.VIA, VIA);
        out.add(HttpHeader.X_FORWARDED_FOR, Request.getRemoteAddr(request));
        if (addressedThere()) {
            out.add(HttpHeader.X_FORWARDED_PROTO, upstream().origin().scheme());
        } else {
            out.add(HttpHeader.X_FORWARDED_PROTO, here.scheme());
            out.add(HttpHeader.X_FORWARDED_HOST, authority(here));
        }
        return out;
    }

    private void requestField(HttpField field, HttpFields.Mutable out) {
        HttpHeader header = field.getHeader();
        if (header == HttpHeader.HOST || header == HttpHeader.EXPECT) {
            return;
        }
        if (header == HttpHeader.COOKIE) {
            out.add(header, CookieRewrite.toUpstream(field.getValue()));
        } else if (addressedThere() && (header == HttpHeader.ORIGIN || header == HttpHeader.REFERER)) {
            out.add(header, thereInsteadOfHere(field.getValue()));
        } else {
            out.add(field);
        }
    }

    /** Another origin stays what it is: the upstream shall refuse it. */
    private String thereInsteadOfHere(String url) {
        return pointsAt(url, here) ? upstream().origin() + afterAuthority(url) : url;
    }

    /**
     * The answer's head for the browser.
     *
     * @param rewritten is told of each cookie that was changed: its name, and what was done
     */
    HttpFields.Mutable toBrowser(HttpFields fields, BiConsumer<String, List<String>> rewritten) {
        HttpFields.Mutable out = HttpFields.build();
        for (HttpField field : Headers.endToEnd(fields)) {
            HttpHeader header = field.getHeader();
            if (header == HttpHeader.SET_COOKIE) {
                CookieRewrite.Rewritten cookie = CookieRewrite.toBrowser(field.getValue());
                if (!cookie.changes().isEmpty()) {
                    rewritten.accept(cookie.name(), cookie.changes());
                }
                out.add(header, cookie.line());
            } else if (header == HttpHeader.LOCATION || header == HttpHeader.CONTENT_LOCATION) {
                out.add(header, hereInsteadOfThere(field.getValue()));
            } else {
                out.add(field);
            }
        }
        return out;
    }

    private String hereInsteadOfThere(String location) {
        String url = location.startsWith("//") ? upstream().origin().scheme() + ":" + location : location;
        return routes.stream().anyMatch(any -> pointsAt(url, any.upstream().origin()))
                ? here + afterAuthority(url)
                : location;
    }

    /** A server that was started for this machine calls itself localhost, 127.0.0.1 or [::1] as it pleases. */
    private static boolean pointsAt(String url, Origin origin) {
        Optional<Origin> target = Origin.ofUrl(url);
        return target.equals(Optional.of(origin))
                || target.filter(other -> other.scheme().equals(origin.scheme())
                                && other.port() == origin.port()
                                && Hosts.isLoopback(other.host())
                                && Hosts.isLoopback(origin.host()))
                        .isPresent();
    }

    private static String afterAuthority(String url) {
        String rest = url.substring(url.indexOf("://") + 3);
        for (int i = 0; i < rest.length(); i++) {
            if ("/?#\\".indexOf(rest.charAt(i)) >= 0) {
                return rest.substring(i);
            }
        }
        return "";
    }

    private static String authority(Origin origin) {
        return origin.toString().substring(origin.scheme().length() + "://".length());
    }
}
