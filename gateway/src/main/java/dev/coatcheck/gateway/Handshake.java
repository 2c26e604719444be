package dev.coatcheck.gateway;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.ProtocolException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.server.Request;

/**
 * An upstream's answer to a WebSocket handshake.
 *
 * @param status of the answer
 * @param head its header lines
 * @param frames what follows the head
 */
record Handshake(int status, HttpFields head, InputStream frames) {
    private static final Pattern STATUS_LINE = Pattern.compile("HTTP/1\\.[01] ([1-5]\\d\\d)( .*)?");
    private static final Pattern FIELD_LINE = Pattern.compile("([!#$%&'*+.^_`|~0-9A-Za-z-]+):[ \\t]*(.*?)[ \\t]*");
    private static final int MOST_INTERIM = 8;

    /** Sends the request and reads the answer's head. */
    static Handshake with(Socket socket, Request request, HttpFields.Mutable head, int headBytes) throws IOException {
        head.remove("Content-Length");
        head.put("Connection", "Upgrade").put("Upgrade", "websocket");
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(
                ("GET " + request.getHttpURI().getPathQuery() + " HTTP/1.1\r\n").getBytes(StandardCharsets.UTF_8));
        for (HttpField field : head) {
            out.writeBytes((field.getName() + ": " + field.getValue() + "\r\n").getBytes(StandardCharsets.ISO_8859_1));
        }
        out.writeBytes(new byte[] {'\r', '\n'});
        OutputStream upstream = socket.getOutputStream();
        upstream.write(out.toByteArray());
        upstream.flush();
        InputStream in = new BufferedInputStream(socket.getInputStream(), 16 * 1024);
        for (int i = 0; i < MOST_INTERIM; i++) {
            Handshake answer = read(in, headBytes);
            if (answer.status == 101 || answer.status >= 200) {
                return answer.checked();
            }
        }
        throw new ProtocolException("too many interim answers");
    }

    private static Handshake read(InputStream in, int headBytes) throws IOException {
        Lines lines = new Lines(in, headBytes);
        Matcher status = STATUS_LINE.matcher(lines.next());
        if (!status.matches()) {
            throw new ProtocolException("no HTTP status line");
        }
        HttpFields.Mutable head = HttpFields.build();
        for (String line = lines.next(); !line.isEmpty(); line = lines.next()) {
            Matcher field = FIELD_LINE.matcher(line);
            if (!field.matches()) {
                throw new ProtocolException("no HTTP header line");
            }
            head.add(field.group(1), field.group(2));
        }
        return new Handshake(Integer.parseInt(status.group(1)), head.asImmutable(), in);
    }

    private Handshake checked() throws ProtocolException {
        if (status == 101 && !head.contains("Upgrade", "websocket")) {
            throw new ProtocolException("switched to another protocol");
        }
        return this;
    }

    private static final class Lines {
        private final InputStream in;
        private int left;

        Lines(InputStream in, int most) {
            this.in = in;
            this.left = most;
        }

        String next() throws IOException {
            ByteArrayOutputStream line = new ByteArrayOutputStream();
            for (int c = in.read(); c != '\n'; c = in.read()) {
                if (c < 0 || --left < 0) {
                    throw new ProtocolException(
                            c < 0 ? "the answer ended in its head" : "the answer's head is too large");
                }
                line.write(c);
            }
            String text = line.toString(StandardCharsets.ISO_8859_1);
            String content = text.endsWith("\r") ? text.substring(0, text.length() - 1) : text;
            if (content.chars().anyMatch(c -> c < ' ' && c != '\t')) {
                throw new ProtocolException("a control character in the answer's head");
            }
            return content;
        }
    }
}
