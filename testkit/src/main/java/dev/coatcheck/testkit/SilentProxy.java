package dev.coatcheck.testkit;

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

    private void accept() throws IOException {
        while (true) {
            Socket client = listener.accept();
            Socket server = new Socket(InetAddress.getLoopbackAddress(), target);
            sockets.add(client);
            sockets.add(server);
            Connection connection = new Connection(cut ? -1 : age.get());
            connections.add(connection);
            run(() -> copy(client.getInputStream(), server.getOutputStream(), connection, true));
            run(() -> copy(server.getInputStream(), client.getOutputStream(), connection, false));
        }
    }

    private void copy(InputStream in, OutputStream out, Connection connection, boolean fromClient) throws IOException {
        byte[] buffer = new byte[8_192];
        for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
            if (fromClient) {
                connection.says(new String(buffer, 0, n, StandardCharsets.ISO_8859_1));
            }
            if (!cutWord.isEmpty()) {
                connection.fallSilentIf(cutWord);
            }
            if (age.get() == connection.born && !connection.silent) {
                out.write(buffer, 0, n);
                out.flush();
            }
        }
    }

    /** What is known of one connection. */
    private static final class Connection {
        private final int born;
        private final StringBuilder said = new StringBuilder();
        private volatile boolean silent;

        Connection(int born) {
            this.born = born;
        }

        synchronized void says(String words) {
            if (said.length() < 10_000) {
                said.append(words);
            }
        }

        /** Once its client has said this word. */
        synchronized void fallSilentIf(String word) {
            if (said.indexOf(word) >= 0) {
                silent = true;
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
