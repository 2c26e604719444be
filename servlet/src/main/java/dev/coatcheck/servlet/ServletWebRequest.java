package dev.coatcheck.servlet;

import dev.coatcheck.http.WebRequest;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.io.InputStream;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/** A servlet request, translated. */
record ServletWebRequest(HttpServletRequest request) implements WebRequest {
    @Override
    public String method() {
        return request.getMethod();
    }

    @Override
    public String scheme() {
        return request.getScheme();
    }

    @Override
    public String path() {
        String path = request.getRequestURI();
        return path == null || path.isEmpty() ? "/" : path;
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
