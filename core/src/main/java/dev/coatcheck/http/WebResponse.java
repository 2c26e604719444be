package dev.coatcheck.http;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** An answer that core gives itself: status, header lines, a small body. */
public final class WebResponse {
    private final int status;
    private final List<Header> headers;
    private final byte[] body;

    private WebResponse(int status, List<Header> headers, byte[] body) {
        this.status = status;
        this.headers = List.copyOf(headers);
        this.body = body;
    }

    /** An answer without headers and body. */
    public static WebResponse status(int status) {
        return new WebResponse(status, List.of(), new byte[0]);
    }

    /** This answer with one more header line. */
    public WebResponse with(String name, String value) {
        return with(List.of(new Header(name, value)));
    }

    /** This answer with more header lines. */
    public WebResponse with(List<Header> more) {
        List<Header> all = new ArrayList<>(headers);
        all.addAll(more);
        return new WebResponse(status, all, body);
    }

    /** This answer without these header lines, names compared without case. */
    public WebResponse without(List<String> names) {
        List<Header> kept = headers.stream()
                .filter(header -> names.stream().noneMatch(header.name()::equalsIgnoreCase))
                .toList();
        return new WebResponse(status, kept, body);
    }

    /** This answer with a body of this type. */
    public WebResponse withBody(String contentType, String text) {
        return withBody(contentType, text.getBytes(StandardCharsets.UTF_8));
    }

    /** This answer with a body of this type. */
    public WebResponse withBody(String contentType, byte[] bytes) {
        return new WebResponse(status, headers, bytes.clone()).with("Content-Type", contentType);
    }

    public int status() {
        return status;
    }

    public List<Header> headers() {
        return headers;
    }

    /** The first value of this header, names compared without case. */
    public Optional<String> header(String name) {
        return headers.stream()
                .filter(header -> header.name().equalsIgnoreCase(name))
                .map(Header::value)
                .findFirst();
    }

    /** A copy of the body; empty for none. */
    public byte[] body() {
        return Arrays.copyOf(body, body.length);
    }

    /** Status and number of bytes: the rest may be secret. */
    @Override
    public String toString() {
        return "WebResponse[" + status + ", " + body.length + " bytes]";
    }
}
