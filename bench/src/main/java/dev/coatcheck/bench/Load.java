package dev.coatcheck.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * A closed loop: on each of a fixed number of keep-alive connections the next request is sent when the last answer has been
 * read and checked. One thread, raw sockets: what the load itself costs is the same for all, and little.
 */
final class Load {
    private static final Duration SILENCE = Duration.ofSeconds(20);

    private final int port;
    private final List<List<Visitor>> lanes;

    /** The visitors are dealt out to the connections; each keeps to one. */
    Load(int port, List<Visitor> visitors, int connections) {
        this.port = port;
        List<List<Visitor>> dealt = new ArrayList<>();
        for (int i = 0; i < connections; i++) {
            dealt.add(new ArrayList<>());
        }
        for (int i = 0; i < visitors.size(); i++) {
            dealt.get(i % connections).add(visitors.get(i));
        }
        this.lanes = dealt.stream().filter(lane -> !lane.isEmpty()).toList();
    }

    /** What was answered rightly, how long it took, and what this thread itself used. */
    record Ran(long requests, long nanos, long ownCpuNanos) {}

    /** Asks for this long. @throws WrongAnswerException at the first wrong answer, or when none comes any more */
    Ran run(Operation operation, Duration length) {
        return run(asked(operation), Long.MAX_VALUE, length);
    }

    /**
     * Asks so often, but at least once on each connection, and not for longer than this.
     *
     * @throws WrongAnswerException at the first wrong answer, or when none comes any more
     */
    Ran run(Operation operation, long most, Duration atMost) {
        return run(asked(operation), most, atMost);
    }

    private static Visitor.Asked asked(Operation operation) {
        return operation == Operation.READ ? Visitor.Asked.READ : Visitor.Asked.WRITE;
    }

    /** Looks whether everybody's last acknowledged note is there. @return how many had written one */
    long look() {
        List<List<Visitor>> wrote = lanes.stream()
                .map(lane -> lane.stream().filter(Visitor::wrote).toList())
                .filter(lane -> !lane.isEmpty())
                .toList();
        long sum = 0;
        for (List<Visitor> lane : wrote) {
            sum += new Load(port, lane, 1)
                    .run(Visitor.Asked.LOOK, lane.size(), SILENCE)
                    .requests();
        }
        return sum;
    }

    private Ran run(Visitor.Asked asked, long most, Duration length) {
        List<Connection> connections = new ArrayList<>();
        try (Selector selector = Selector.open()) {
            InetSocketAddress server = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
            for (List<Visitor> lane : lanes) {
                connections.add(Connection.open(server, selector, lane, asked));
            }
            return loop(selector, connections, most, length.toNanos());
        } catch (IOException e) {
            throw new UncheckedIOException("the server on port " + port + " failed", e);
        } finally {
            connections.forEach(Load::close);
        }
    }

    private Ran loop(Selector selector, List<Connection> connections, long most, long length) throws IOException {
        long cpu = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
        long began = System.nanoTime();
        long answered = 0;
        int underWay = 0;
        for (Connection connection : connections) {
            connection.send();
            underWay++;
        }
        long now = began;
        long last = began;
        while (underWay > 0) {
            selector.select(1_000);
            now = System.nanoTime();
            for (SelectionKey key : selector.selectedKeys()) {
                Connection connection = (Connection) key.attachment();
                if (connection.receive()) {
                    last = now;
                    answered++;
                    if (now - began < length && answered + underWay - 1 < most) {
                        connection.send();
                    } else {
                        underWay--;
                    }
                }
            }
            selector.selectedKeys().clear();
            if (now - last > SILENCE.toNanos()) {
                throw WrongAnswerException.silence("port " + port, underWay);
            }
        }
        return new Ran(
                answered, now - began, ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - cpu);
    }

    private static void close(Connection connection) {
        try {
            connection.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
