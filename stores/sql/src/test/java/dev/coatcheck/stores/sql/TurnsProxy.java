package dev.coatcheck.stores.sql;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/** Stands before a server and counts how often a client speaks after the server has: the waits, whatever they hold. */
final class TurnsProxy implements AutoCloseable {
    private final ServerSocket listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private final List<Socket> sockets = new CopyOnWriteArrayList<>();
    private final AtomicInteger turns = new AtomicInteger();
    private final int target;

    TurnsProxy(int target) throws IOException {
        this.target = target;
        run(() -> {
            while (true) {
                Socket client = listener.accept();
                Socket to = new Socket(InetAddress.getLoopbackAddress(), target());
                client.setTcpNoDelay(true);
                to.setTcpNoDelay(true);
                sockets.addAll(List.of(client, to));
                Speakers speakers = new Speakers();
                run(() -> copy(client.getInputStream(), to.getOutputStream(), speakers, true));
                run(() -> copy(to.getInputStream(), client.getOutputStream(), speakers, false));
            }
        });
    }

    private int target() {
        return target;
    }

    int port() {
        return listener.getLocalPort();
    }

    int turns() {
        return turns.get();
    }

    private static final class Speakers {
        private boolean clientSpokeLast;
    }

    private void copy(InputStream in, OutputStream out, Speakers speakers, boolean fromClient) throws IOException {
        byte[] buffer = new byte[65_536];
        for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
            synchronized (speakers) {
                if (fromClient && !speakers.clientSpokeLast) {
                    turns.incrementAndGet();
                }
                speakers.clientSpokeLast = fromClient;
            }
            out.write(buffer, 0, n);
            out.flush();
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
