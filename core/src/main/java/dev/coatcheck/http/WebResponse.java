package dev.coatcheck.http;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** An answer that core gives itself: status, header lines, and a small body or one that streams. */
public final class WebResponse {
    private final int status;
    private final List<Header> headers;
    private final byte[] body;
    private final Optional<WebStream> stream;

    private WebResponse(int status, List<Header> headers, byte[] body, Optional<WebStream> stream) {
        this.status = status;
        this.headers = List.copyOf(headers);
        this.body = body;
        this.stream = stream;
    }

    /** An answer without headers and body. */
    public static WebResponse status(int status) {
        return new WebResponse(status, List.of(), new byte[0], Optional.empty());
    }

    /** This answer with one more header line. */
    public WebResponse with(String name, String value) {
        return with(List.of(new Header(name, value)));
    }

    /** This answer with more header lines. */
    public WebResponse with(List<Header> more) {
        List<Header> all = new ArrayList<>(headers);
        all.addAll(more);
        return new WebResponse(status, all, body, stream);
    }

    /** This answer without these header lines, names compared without case. */
    public WebResponse without(List<String> names) {
        List<Header> kept = headers.stream()
                .filter(header -> names.stream().noneMatch(header.name()::equalsIgnoreCase))
                .toList();
        return new WebResponse(status, kept, body, stream);
    }

    /** This answer with a body of this type. */
    public WebResponse withBody(String contentType, String text) {
        return withBody(contentType, text.getBytes(StandardCharsets.UTF_8));
    }

    /** This answer with a body of this type. */
    public WebResponse withBody(String contentType, byte[] bytes) {
        return new WebResponse(status, headers, bytes.clone(), Optional.empty()).with("Content-Type", contentType);
    }

    /** This answer with a body of this type that comes bit by bit. Not for an answer to a HEAD. */
    public WebResponse withStream(String contentType, WebStream streamed) {
        return new WebResponse(status, headers, new byte[0], Optional.of(streamed)).with("Content-Type", contentType);
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

    /** The body that comes bit by bit, to be run by the adapter; empty for an answer that is complete. */
    public Optional<WebStream> stream() {
        return stream;
    }

    /** A copy of the body; empty for none, and for one that streams. */
    public byte[] body() {
        return Arrays.copyOf(body, body.length);
    }

    /** Status and number of bytes: the rest may be secret. */
    @Override
    public String toString() {
        return "WebResponse[" + status + ", " + (stream.isPresent() ? "a stream]" : body.length + " bytes]");
    }
}
