package dev.coatcheck.bench;

import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** One keep-alive connection with the visitors that use it in turn, one request under way at most. */
final class Connection implements AutoCloseable {
    private static final byte[] OK = "HTTP/1.1 200 ".getBytes(StandardCharsets.ISO_8859_1);
    private static final byte[] LENGTH = "\r\ncontent-length:".getBytes(StandardCharsets.ISO_8859_1);

    private final SocketChannel channel;
    private final List<Visitor> visitors;
    private final Visitor.Asked asked;
    private final ByteBuffer in = ByteBuffer.allocate(16 * 1024);
    private int turn = -1;
    private boolean waiting;

    private Connection(SocketChannel channel, List<Visitor> visitors, Visitor.Asked asked) {
        this.channel = channel;
        this.visitors = visitors;
        this.asked = asked;
    }

    static Connection open(InetSocketAddress server, Selector selector, List<Visitor> visitors, Visitor.Asked asked)
            throws IOException {
        SocketChannel channel = SocketChannel.open(server);
        channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
        channel.configureBlocking(false);
        Connection connection = new Connection(channel, visitors, asked);
        channel.register(selector, SelectionKey.OP_READ, connection);
        return connection;
    }

    /** Sends the request of whoever is next. */
    void send() throws IOException {
        turn = (turn + 1) % visitors.size();
        ByteBuffer request = ByteBuffer.wrap(visitors.get(turn).next(asked));
        while (request.hasRemaining()) {
            channel.write(request);
        }
        waiting = true;
    }

    /** Takes what has arrived. @return whether the answer is complete, and then it was the right one */
    boolean receive() throws IOException {
        if (channel.read(in) < 0) {
            throw new EOFException("the server closed the connection");
        }
        byte[] bytes = in.array();
        int size = in.position();
        int head = endOfHead(bytes, size);
        if (head < 0) {
            return false;
        }
        int body = lengthOfBody(bytes, head);
        if (size < head + body) {
            return false;
        }
        check(bytes, head, body, size);
        in.clear();
        waiting = false;
        return true;
    }

    boolean isWaiting() {
        return waiting;
    }

    private void check(byte[] bytes, int head, int body, int size) {
        Visitor visitor = visitors.get(turn);
        byte[] expected = visitor.expected(asked);
        boolean right = Arrays.equals(bytes, 0, OK.length, OK, 0, OK.length)
                && size == head + body
                && Arrays.equals(bytes, head, size, expected, 0, expected.length);
        if (!right) {
            throw WrongAnswerException.to(
                    asked.name().toLowerCase(Locale.ROOT) + " of " + visitor.name(),
                    new String(expected, StandardCharsets.ISO_8859_1),
                    new String(bytes, 0, size, StandardCharsets.ISO_8859_1));
        }
        visitor.answered(asked);
    }

    private static int endOfHead(byte[] bytes, int size) {
        for (int i = 3; i < size; i++) {
            if (bytes[i] == '\n' && bytes[i - 1] == '\r' && bytes[i - 2] == '\n' && bytes[i - 3] == '\r') {
                return i + 1;
            }
        }
        return -1;
    }

    /** 0 without a length, which no right answer is. */
    private static int lengthOfBody(byte[] bytes, int head) {
        int from = 0;
        for (int matched = 0; from < head && matched < LENGTH.length; from++) {
            int lower = bytes[from] >= 'A' && bytes[from] <= 'Z' ? bytes[from] + 32 : bytes[from];
            matched = lower == LENGTH[matched] ? matched + 1 : lower == LENGTH[0] ? 1 : 0;
        }
        int length = 0;
        for (int i = from; i < head && bytes[i] != '\r'; i++) {
            if (bytes[i] >= '0' && bytes[i] <= '9') {
                length = 10 * length + bytes[i] - '0';
            }
        }
        return length;
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
