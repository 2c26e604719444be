package dev.coatcheck.servlet;

import dev.coatcheck.http.WebRequest;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** A servlet request, translated. */
record ServletWebRequest(HttpServletRequest request) implements WebRequest {
    private static final Pattern WITHOUT_DETOUR = Pattern.compile("(?:/(?!/|\\.|%2[eE])[^/]*+)++");

    @Override
    public String method() {
        return request.getMethod();
    }

    @Override
    public String scheme() {
        return request.getScheme();
    }

    /**
     * The path within the application, as it came: rules and routes mean the same wherever the application stands. A target that
     * reaches the application by detours is taken as the container resolved it, because a detour may lead through its context.
     */
    @Override
    public String path() {
        String target = request.getRequestURI();
        String context = request.getContextPath();
        if (target == null || target.isEmpty()) {
            return "/";
        }
        if (context.isEmpty() || !target.startsWith("/")) {
            return target;
        }
        if (target.equals(context)) {
            return "/";
        }
        String within = target.startsWith(context) ? target.substring(context.length()) : "";
        return WITHOUT_DETOUR.matcher(within).matches() ? within : resolved();
    }

    private String resolved() {
        String info = request.getPathInfo();
        String path = request.getServletPath() + (info == null ? "" : info);
        try {
            return new URI("http", "localhost", path.isEmpty() ? "/" : path, null)
                    .getRawPath()
                    .replace(";", "%3B");
        } catch (URISyntaxException e) {
            throw new IllegalStateException("the container resolved the target to a path without a slash", e);
        }
    }

    @Override
    public Optional<String> query() {
        return Optional.ofNullable(request.getQueryString());
    }

    @Override
    public List<String> headers(String name) {
        return Collections.list(request.getHeaders(name));
    }

    @Override
    public String peerAddress() {
        String address = request.getRemoteAddr().replaceAll("[\\[\\]]", "");
        int zone = address.indexOf('%');
        return zone < 0 ? address : address.substring(0, zone);
    }

    @Override
    public InputStream body() throws IOException {
        return request.getInputStream();
    }
}
