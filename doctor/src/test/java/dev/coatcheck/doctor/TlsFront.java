package dev.coatcheck.doctor;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import javax.net.ssl.SSLContext;

/** What stands in front of a plain backend in production: it takes the encryption off and passes every byte on. */
final class TlsFront implements AutoCloseable {
    private final ServerSocket server;
    private final int backend;
    private final ExecutorService threads = Executors.newCachedThreadPool();

    private TlsFront(ServerSocket server, int backend) {
        this.server = server;
        this.backend = backend;
    }

    static TlsFront before(int backend, SSLContext context) {
        try {
            ServerSocket socket =
                    context.getServerSocketFactory().createServerSocket(0, 50, InetAddress.getLoopbackAddress());
            TlsFront front = new TlsFront(socket, backend);
            front.threads.execute(front::accept);
            return front;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    int port() {
        return server.getLocalPort();
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                Socket outside = server.accept();
                threads.execute(() -> serve(outside));
            } catch (IOException e) {
                return;
            }
        }
    }

    private void serve(Socket outside) {
        try (outside;
                Socket inside = new Socket(InetAddress.getLoopbackAddress(), backend)) {
            threads.execute(() -> pass(outside, inside));
            pass(inside, outside);
        } catch (IOException e) {
            // A handshake that failed is what some tests are about.
        }
    }

    private static void pass(Socket from, Socket to) {
        try {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            in.transferTo(out);
            out.flush();
        } catch (IOException e) {
            // The other end is gone.
        }
    }

    @Override
    public void close() {
        threads.shutdownNow();
        try {
            server.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
