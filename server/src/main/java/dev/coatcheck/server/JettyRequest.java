package dev.coatcheck.server;

import dev.coatcheck.Problem;
import dev.coatcheck.ProblemException;
import dev.coatcheck.http.WebRequest;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Request;

/** A Jetty request, translated. */
final class JettyRequest implements WebRequest {
    private final Request request;
    private final HttpFields headers;

    private JettyRequest(Request request, HttpFields headers) {
        this.request = request;
        this.headers = headers;
    }

    static JettyRequest of(Request request) {
        return new JettyRequest(request, request.getHeaders());
    }

    /** A request whose head could not be parsed: of its headers Jetty knows nothing, but these are. */
    static JettyRequest unparsed(Request request, HttpFields known) {
        return new JettyRequest(request, known);
    }

    @Override
    public String method() {
        return request.getMethod();
    }

    @Override
    public String scheme() {
        return request.getConnectionMetaData().isSecure() ? "https" : "http";
    }

    @Override
    public String path() {
        String path = request.getHttpURI().getPath();
        return path == null || path.isEmpty() ? "/" : path;
    }

    @Override
    public Optional<String> query() {
        return Optional.ofNullable(request.getHttpURI().getQuery());
    }

    /** Asked several times a request, where mostly there is no such line, or one: that makes no list to be filled. */
    @Override
    public List<String> headers(String name) {
        List<String> lines = List.of();
        for (HttpField field : headers) {
            if (field.is(name)) {
                if (!lines.isEmpty()) {
                    return headers.getValuesList(name);
                }
                lines = List.of(field.getValue() == null ? "" : field.getValue());
            }
        }
        return lines;
    }

    @Override
    public String peerAddress() {
        if (request.getConnectionMetaData().getRemoteSocketAddress() instanceof InetSocketAddress peer
                && peer.getAddress() != null) {
            String address = peer.getAddress().getHostAddress();
            int zone = address.indexOf('%');
            return zone < 0 ? address : address.substring(0, zone);
        }
        return "";
    }

    @Override
    public InputStream body() {
        return new Body(Content.Source.asInputStream(request));
    }

    /** What Jetty finds wrong with a body while it is read is the client's fault, and is told so. */
    private static final class Body extends FilterInputStream {
        Body(InputStream in) {
            super(in);
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        /** {@link InputStream#readNBytes(int)} ends with a read of nothing, for which Jetty's stream would wait for the peer. */
        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            if (length == 0) {
                return 0;
            }
            try {
                return super.read(bytes, offset, length);
            } catch (IOException | RuntimeException failure) {
                Optional<Problem> theirs = JettyErrors.whileReading(failure);
                if (theirs.isPresent()) {
                    throw ProblemException.of(theirs.get());
                }
                throw failure;
            }
        }
    }
}
