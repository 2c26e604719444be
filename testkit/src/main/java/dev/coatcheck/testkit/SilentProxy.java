package dev.coatcheck.testkit;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Stands before a server on this host and can swallow what is sent, as a network does that lost a host: nobody is told, and
 * connections stay open.
 */
public final class SilentProxy implements AutoCloseable {
    private final ServerSocket listener;
    private volatile int target;
    private final List<Socket> sockets = new CopyOnWriteArrayList<>();
    private final AtomicInteger age = new AtomicInteger();
    private final List<Connection> connections = new CopyOnWriteArrayList<>();
    private volatile boolean cut;
    private volatile String cutWord = "";

    /** Before the server on this port, on a free one. */
    public SilentProxy(int target) throws IOException {
        this.target = target;
        this.listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        run(this::accept);
    }

    /** Where it listens. */
    public int port() {
        return listener.getLocalPort();
    }

    /** From now on new connections lead to the server on this port; the present ones stay, as when an address moves. */
    public void leadTo(int otherTarget) {
        target = otherTarget;
    }

    /** From now on nothing passes on the present connections; new ones work. */
    public void swallowPresentConnections() {
        age.incrementAndGet();
    }

    /** From now on nothing passes, on new connections neither. */
    public void cut() {
        cut = true;
        age.incrementAndGet();
    }

    /** From now on nothing passes on a connection, present or new, whose client has sent this word. */
    public void cutThoseThatSaid(String word) {
        connections.forEach(connection -> connection.fallSilentIf(word));
        cutWord = word;
    }

    /** From now on new connections work; the present ones that were cut stay silent. */
    public void mend() {
        if (cut) {
            age.incrementAndGet();
        }
        cut = false;
        cutWord = "";
    }

    /** From now on what the clients of present connections send waits here, if they have sent this word. */
    public void holdRequestsOfThoseThatSaid(String word) {
        connections.stream()
                .filter(connection -> connection.hasSaid(word))
                .forEach(connection -> connection.requests.hold());
    }

    /** From now on what the server answers on present connections waits here, if their clients have sent this word. */
    public void holdAnswersToThoseThatSaid(String word) {
        connections.stream()
                .filter(connection -> connection.hasSaid(word))
                .forEach(connection -> connection.answers.hold());
    }

    /** Ends present connections towards their clients, if those have sent this word; the server is told nothing. */
    public void hangUpOnThoseThatSaid(String word) throws IOException {
        for (Connection connection : connections) {
            if (connection.hasSaid(word)) {
                connection.client.close();
            }
        }
    }

    /** What waited goes on, also where the client has gone meanwhile. */
    public void release() throws IOException {
        for (Connection connection : connections) {
            connection.requests.release();
            connection.answers.release();
        }
    }

    private void accept() throws IOException {
        while (true) {
            Socket client = listener.accept();
            Socket server = new Socket(InetAddress.getLoopbackAddress(), target);
            sockets.add(client);
            sockets.add(server);
            Connection connection = new Connection(
                    client,
                    cut ? -1 : age.get(),
                    new Gate(server.getOutputStream()),
                    new Gate(client.getOutputStream()));
            connections.add(connection);
            run(() -> copy(client.getInputStream(), connection.requests, connection, true));
            run(() -> copy(server.getInputStream(), connection.answers, connection, false));
        }
    }

    private void copy(InputStream in, Gate out, Connection connection, boolean fromClient) throws IOException {
        byte[] buffer = new byte[8_192];
        for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
            if (fromClient) {
                connection.says(new String(buffer, 0, n, StandardCharsets.ISO_8859_1));
            }
            if (!cutWord.isEmpty()) {
                connection.fallSilentIf(cutWord);
            }
            if (age.get() == connection.born && !connection.silent) {
                out.pass(buffer, n);
            }
        }
    }

    /** What is known of one connection. */
    private static final class Connection {
        private final Socket client;
        private final int born;
        private final Gate requests;
        private final Gate answers;
        private final StringBuilder said = new StringBuilder();
        private volatile boolean silent;

        Connection(Socket client, int born, Gate requests, Gate answers) {
            this.client = client;
            this.born = born;
            this.requests = requests;
            this.answers = answers;
        }

        synchronized void says(String words) {
            if (said.length() < 10_000) {
                said.append(words);
            }
        }

        /** Once its client has said this word. */
        synchronized void fallSilentIf(String word) {
            if (hasSaid(word)) {
                silent = true;
            }
        }

        synchronized boolean hasSaid(String word) {
            return said.indexOf(word) >= 0;
        }
    }

    /** One direction of a connection. */
    private static final class Gate {
        private final OutputStream out;
        private final ByteArrayOutputStream waiting = new ByteArrayOutputStream();
        private boolean held;

        Gate(OutputStream out) {
            this.out = out;
        }

        synchronized void hold() {
            held = true;
        }

        synchronized void pass(byte[] bytes, int n) throws IOException {
            (held ? waiting : out).write(bytes, 0, n);
            out.flush();
        }

        synchronized void release() throws IOException {
            if (held) {
                held = false;
                waiting.writeTo(out);
                waiting.reset();
                out.flush();
            }
        }
    }

    private static void run(Task task) {
        Thread thread = new Thread(() -> {
            try {
                task.run();
            } catch (IOException e) {
                // The socket was closed.
            }
        });
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void close() throws IOException {
        listener.close();
        for (Socket socket : sockets) {
            socket.close();
        }
    }

    private interface Task {
        void run() throws IOException;
    }
}
