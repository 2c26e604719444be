package dev.coatcheck.doctor;

import dev.coatcheck.browser.Headers;
import dev.coatcheck.browser.Network;
import dev.coatcheck.browser.NetworkRequest;
import dev.coatcheck.browser.NetworkResponse;
import dev.coatcheck.site.Origin;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;

/**
 * HTTP/1.1 (RFC 9112) to addresses that are given, over a connection of its own for each request. A name that leads elsewhere a moment
 * later changes nothing, and each address is tried, as browsers do: {@code localhost} is often two of them. Bodies are read up to a limit.
 */
final class DirectNetwork implements Network {
    static final int MAX_BODY = 256 << 10;
    private static final int MAX_HEAD = 64 << 10;
    private static final Set<String> OWN_HEADERS =
            Set.of("connection", "content-length", "expect", "host", "transfer-encoding", "upgrade");

    private final List<InetAddress> addresses;
    private final SSLSocketFactory tls;
    private final Duration timeout;

    DirectNetwork(List<InetAddress> addresses, SSLSocketFactory tls, Duration timeout) {
        this.addresses = addresses;
        this.tls = tls;
        this.timeout = timeout;
    }

    @Override
    public NetworkResponse send(NetworkRequest request) throws IOException {
        URI url = url(request);
        Origin target = target(url);
        byte[] message = message(request, url);
        IOException refused = new IOException("no address to ask");
        for (InetAddress address : addresses) {
            Socket socket = new Socket();
            try {
                socket.connect(new InetSocketAddress(address, target.port()), Math.toIntExact(timeout.toMillis()));
            } catch (IOException e) {
                socket.close();
                refused = e;
                continue;
            }
            return exchange(socket, target, request.method(), message);
        }
        throw refused;
    }

    /** A body that never ends can only be given up from outside: the connection is cut at the end of the time. */
    private NetworkResponse exchange(Socket socket, Origin target, String method, byte[] message) throws IOException {
        AtomicBoolean late = new AtomicBoolean();
        Executor end = CompletableFuture.delayedExecutor(timeout.toMillis(), TimeUnit.MILLISECONDS);
        CompletableFuture<Void> cut = CompletableFuture.runAsync(
                () -> {
                    late.set(true);
                    close(socket);
                },
                end);
        try (Socket open = target.isSecure() ? secured(socket, target) : socket) {
            open.getOutputStream().write(message);
            open.getOutputStream().flush();
            return answer(new BufferedInputStream(open.getInputStream()), method);
        } catch (IOException e) {
            throw late.get() ? new HttpTimeoutException("no complete answer within " + timeout.toSeconds() + " s") : e;
        } finally {
            cut.cancel(false);
            close(socket);
        }
    }

    private static void close(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            // Closed is what it should be.
        }
    }

    private Socket secured(Socket socket, Origin target) throws IOException {
        SSLSocket secured = (SSLSocket) tls.createSocket(socket, host(target), target.port(), true);
        SSLParameters parameters = secured.getSSLParameters();
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        secured.setSSLParameters(parameters);
        secured.startHandshake();
        return secured;
    }

    // The request

    private static URI url(NetworkRequest request) throws IOException {
        try {
            return URI.create(request.url().replaceFirst("^ws(s?):", "http$1:"));
        } catch (IllegalArgumentException e) {
            throw new IOException("The doctor can't send " + request.method() + " " + request.url(), e);
        }
    }

    /** A name with an underscore, as Docker gives them, is no host to {@link URI}. */
    private static Origin target(URI url) throws IOException {
        return Origin.of(url).orElseThrow(() -> new IOException("The doctor can't ask " + url));
    }

    private static String host(Origin target) {
        String host = target.host();
        return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
    }

    private static byte[] message(NetworkRequest request, URI url) throws IOException {
        byte[] body = request.body().orElse("").getBytes(StandardCharsets.UTF_8);
        String path = url.getRawPath().isEmpty() ? "/" : url.getRawPath();
        StringBuilder head = new StringBuilder();
        head.append(request.method()).append(' ').append(path);
        head.append(url.getRawQuery() == null ? "" : "?" + url.getRawQuery()).append(" HTTP/1.1\r\n");
        line(head, "Host", url.getRawAuthority());
        line(head, "Connection", "close");
        if (!request.headers().contains("User-Agent")) {
            line(head, "User-Agent", "coatcheck-doctor");
        }
        for (Headers.Field field : request.headers().fields()) {
            if (!OWN_HEADERS.contains(field.name().toLowerCase(Locale.ROOT))) {
                line(head, field.name(), field.value());
            }
        }
        if (request.body().isPresent() || !Set.of("GET", "HEAD", "OPTIONS").contains(request.method())) {
            line(head, "Content-Length", String.valueOf(body.length));
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(head.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1));
        out.writeBytes(body);
        return out.toByteArray();
    }

    private static void line(StringBuilder head, String name, String value) throws IOException {
        if ((name + value).chars().anyMatch(c -> c == '\r' || c == '\n' || c == 0)) {
            throw new IOException("The header " + name.strip() + " holds a line break and is not sent");
        }
        head.append(name).append(": ").append(value).append("\r\n");
    }

    // The answer

    private static NetworkResponse answer(InputStream in, String method) throws IOException {
        int[] left = {MAX_HEAD};
        int status;
        Headers headers;
        do {
            status = status(text(in, left));
            headers = headers(in, left);
        } while (status >= 100 && status < 200 && status != 101);
        boolean bodiless = method.equals("HEAD") || status == 101 || status == 204 || status == 304;
        byte[] body = bodiless ? new byte[0] : body(in, headers);
        return new NetworkResponse(status, headers, new String(body, StandardCharsets.UTF_8));
    }

    private static int status(String line) throws IOException {
        if (!line.matches("HTTP/1\\.[01] [1-9]\\d\\d( .*)?")) {
            throw new IOException("that is no HTTP answer; is it the right port, and http or https as it should be?");
        }
        return Integer.parseInt(line.substring(9, 12));
    }

    private static Headers headers(InputStream in, int[] left) throws IOException {
        Headers headers = Headers.NONE;
        for (String line = text(in, left); !line.isEmpty(); line = text(in, left)) {
            int colon = line.indexOf(':');
            if (colon > 0) {
                headers = headers.plus(
                        line.substring(0, colon).strip(),
                        line.substring(colon + 1).strip());
            }
        }
        return headers;
    }

    private static String text(InputStream in, int[] left) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int c = in.read(); c != '\n'; c = in.read()) {
            if (c < 0) {
                throw new IOException("the connection was closed before the answer was complete");
            }
            if (left[0]-- == 0) {
                throw new IOException("the answer's headers are longer than " + (MAX_HEAD >> 10) + " KiB");
            }
            line.append((char) c);
        }
        return line.toString().stripTrailing();
    }

    private static byte[] body(InputStream in, Headers headers) throws IOException {
        if (headers.combined("Transfer-Encoding")
                .orElse("")
                .toLowerCase(Locale.ROOT)
                .contains("chunked")) {
            return chunks(in);
        }
        String length = headers.combined("Content-Length").orElse("");
        boolean known = length.matches("\\d{1,18}");
        return in.readNBytes((int) Math.min(known ? Long.parseLong(length) : MAX_BODY, MAX_BODY));
    }

    private static byte[] chunks(InputStream in) throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        int[] left = {MAX_HEAD};
        while (all.size() < MAX_BODY) {
            String size = text(in, left).replaceFirst(";.*", "").strip();
            if (!size.matches("[0-9A-Fa-f]{1,15}")) {
                throw new IOException("the answer's chunks can't be read");
            }
            long wanted = Long.parseLong(size, 16);
            if (wanted == 0) {
                break;
            }
            all.writeBytes(in.readNBytes((int) Math.min(wanted, MAX_BODY - all.size())));
            text(in, left);
        }
        return all.toByteArray();
    }
}
