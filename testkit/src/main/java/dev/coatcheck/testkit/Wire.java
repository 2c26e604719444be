package dev.coatcheck.testkit;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One HTTP/1.1 connection to a server on this machine that sends exactly the bytes it is given, which no polite client does, and
 * reads answers strictly. Waits 20 s for a byte at most.
 */
public final class Wire implements AutoCloseable {
    private static final int PATIENCE_MILLIS = 20_000;
    private static final Pattern STATUS_LINE = Pattern.compile("HTTP/1\\.[01] (\\d{3})(?: .*)?");
    private static final Pattern HEADER_LINE = Pattern.compile("([!#$%&'*+.^_`|~0-9A-Za-z-]+):[ \t]*(.*?)[ \t]*");

    private final Socket socket;
    private final InputStream in;
    private boolean inChunks;

    private Wire(Socket socket) throws IOException {
        this.socket = socket;
        this.in = new BufferedInputStream(socket.getInputStream());
    }

    /** Connects to this port of the loopback address. */
    public static Wire to(int port) throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setTcpNoDelay(true);
        socket.setSoTimeout(PATIENCE_MILLIS);
        return new Wire(socket);
    }

    /** One header line of an answer. */
    public record Line(String name, String value) {}

    /** An answer, all of it. */
    public static final class Answer {
        private final int status;
        private final List<Line> lines;
        private final byte[] body;

        Answer(int status, List<Line> lines, byte[] body) {
            this.status = status;
            this.lines = List.copyOf(lines);
            this.body = body.clone();
        }

        public int status() {
            return status;
        }

        public List<Line> lines() {
            return lines;
        }

        /** A copy of the body. */
        public byte[] body() {
            return body.clone();
        }

        /** The values of all lines of this name, in order. */
        public List<String> all(String name) {
            return lines.stream()
                    .filter(line -> line.name().equalsIgnoreCase(name))
                    .map(Line::value)
                    .toList();
        }

        /** The value of the only line of this name; empty when there is none. */
        public Optional<String> only(String name) {
            List<String> values = all(name);
            if (values.size() > 1) {
                throw new AssertionError(name + " stands in the answer " + values.size() + " times: " + values);
            }
            return values.stream().findFirst();
        }

        public String text() {
            return new String(body, StandardCharsets.UTF_8);
        }

        /** The {@code code} of a problem document; empty when the body is none. */
        public String code() {
            Matcher code = Pattern.compile("\"code\":\"([^\"]+)\"").matcher(text());
            return only("Content-Type")
                                    .filter("application/problem+json"::equals)
                                    .isPresent()
                            && code.find()
                    ? code.group(1)
                    : "";
        }

        /** Status and header lines: a body may be long. */
        @Override
        public String toString() {
            return status + " " + lines + ", " + body.length + " bytes";
        }
    }

    /** Sends these characters as ISO-8859-1, nothing added. */
    public Wire send(String raw) throws IOException {
        return send(raw.getBytes(StandardCharsets.ISO_8859_1));
    }

    public Wire send(byte[] raw) throws IOException {
        socket.getOutputStream().write(raw);
        socket.getOutputStream().flush();
        return this;
    }

    /** Reads the answer to a GET, POST and the like; interim answers are left out. */
    public Answer answer() throws IOException {
        return answer(true);
    }

    /** Reads the answer to a HEAD. */
    public Answer answerToHead() throws IOException {
        return answer(false);
    }

    /** Reads an answer's status line and header lines alone; interim ones count. The body is empty. */
    public Answer head() throws IOException {
        Matcher status = STATUS_LINE.matcher(line());
        if (!status.matches()) {
            throw new IOException("no status line: " + status);
        }
        List<Line> lines = new ArrayList<>();
        for (String line = line(); !line.isEmpty(); line = line()) {
            Matcher header = HEADER_LINE.matcher(line);
            if (!header.matches()) {
                throw new IOException("no header line: " + line);
            }
            lines.add(new Line(header.group(1), header.group(2)));
        }
        return new Answer(Integer.parseInt(status.group(1)), lines, new byte[0]);
    }

    /**
     * Reads one chunk of a chunked body; empty for the last one, whose trailers are read too. The line break after a chunk is read
     * with the next one: servers send it when they like.
     */
    public byte[] chunk() throws IOException {
        if (inChunks && !line().isEmpty()) {
            throw new IOException("a chunk is longer than it says");
        }
        int size = Integer.parseInt(line().replaceFirst(";.*", ""), 16);
        inChunks = size > 0;
        boolean trailers = size == 0;
        while (trailers) {
            trailers = !line().isEmpty();
        }
        return exactly(size);
    }

    /** Whether the server closes without another byte. */
    public boolean endsHere() throws IOException {
        return in.read() < 0;
    }

    /** Nothing more comes from this side; the other may still send. */
    public void sendNoMore() throws IOException {
        socket.shutdownOutput();
    }

    /** Goes away without a good-bye: the peer sees a reset. */
    public void vanish() throws IOException {
        socket.setSoLinger(true, 0);
        socket.close();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }

    private Answer answer(boolean withBody) throws IOException {
        Answer head = head();
        while (head.status() / 100 == 1 && head.status() != 101) {
            head = head();
        }
        boolean bare = !withBody || head.status() == 204 || head.status() == 304 || head.status() == 101;
        return new Answer(head.status(), head.lines(), bare ? new byte[0] : body(head));
    }

    private byte[] body(Answer head) throws IOException {
        if (head.only("Transfer-Encoding").isPresent()) {
            ByteArrayOutputStream all = new ByteArrayOutputStream();
            for (byte[] chunk = chunk(); chunk.length > 0; chunk = chunk()) {
                all.writeBytes(chunk);
            }
            return all.toByteArray();
        }
        Optional<String> length = head.only("Content-Length");
        return length.isPresent() ? exactly(Integer.parseInt(length.get())) : in.readAllBytes();
    }

    private byte[] exactly(int count) throws IOException {
        byte[] bytes = in.readNBytes(count);
        if (bytes.length < count) {
            throw new EOFException("the answer ends " + (count - bytes.length) + " bytes early");
        }
        return bytes;
    }

    private String line() throws IOException {
        StringBuilder line = new StringBuilder();
        for (int c = in.read(); c != '\n'; c = in.read()) {
            if (c < 0) {
                throw new EOFException("the answer ends in the middle of a line");
            }
            line.append((char) c);
        }
        if (line.length() == 0 || line.charAt(line.length() - 1) != '\r') {
            throw new IOException("a line does not end with CR LF: " + line);
        }
        return line.substring(0, line.length() - 1);
    }

    /** A request with these header lines, Host among them, and without a body. */
    public static String request(String method, String target, String... lines) {
        StringBuilder head =
                new StringBuilder(method.toUpperCase(Locale.ROOT) + " " + target + " HTTP/1.1\r\nHost: localhost\r\n");
        for (String line : lines) {
            head.append(line).append("\r\n");
        }
        return head.append("\r\n").toString();
    }
}
