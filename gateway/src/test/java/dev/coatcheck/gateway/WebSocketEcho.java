package dev.coatcheck.gateway;

import java.io.BufferedReader;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** A WebSocket server of RFC 6455 without a library: echoes each frame, and ends with the browser's Close frame. */
final class WebSocketEcho implements AutoCloseable {
    private final ServerSocket server;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private final List<String> heads = new CopyOnWriteArrayList<>();

    WebSocketEcho() throws IOException {
        this(new ServerSocket(0, 50, InetAddress.getLoopbackAddress()));
    }

    WebSocketEcho(ServerSocket listening) {
        server = listening;
        daemon(this::accept);
    }

    int port() {
        return server.getLocalPort();
    }

    List<String> heads() {
        return heads;
    }

    int connections() {
        return open.size();
    }

    private void accept() {
        try {
            while (true) {
                Socket socket = server.accept();
                open.add(socket);
                daemon(() -> serve(socket));
            }
        } catch (IOException e) {
            // closed
        }
    }

    private void serve(Socket socket) {
        try (socket) {
            DataInputStream in = new DataInputStream(socket.getInputStream());
            String head = head(in);
            heads.add(head);
            OutputStream out = socket.getOutputStream();
            if (head.startsWith("GET /declined ")) {
                out.write("HTTP/1.1 403 Forbidden\r\nX-Why: no\r\nContent-Length: 2\r\n\r\nno"
                        .getBytes(StandardCharsets.US_ASCII));
                return;
            }
            if (head.startsWith("GET /garbage ")) {
                out.write("nothing of HTTP\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
                return;
            }
            out.write(("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                            + "Sec-WebSocket-Accept: " + accept(head)
                            + "\r\nSet-Cookie: ws=1; Domain=x.test; Path=/\r\n\r\n")
                    .getBytes(StandardCharsets.US_ASCII));
            while (echo(in, out)) {
                out.flush();
            }
        } catch (IOException e) {
            // the other side is gone
        } finally {
            open.remove(socket);
        }
    }

    private static boolean echo(DataInputStream in, OutputStream out) throws IOException {
        int first = in.readUnsignedByte();
        int second = in.readUnsignedByte() & 0x7f;
        long length = second == 126 ? in.readUnsignedShort() : second == 127 ? in.readLong() : second;
        byte[] mask = in.readNBytes(4);
        byte[] payload = in.readNBytes((int) length);
        for (int i = 0; i < payload.length; i++) {
            payload[i] ^= mask[i % 4];
        }
        out.write(first);
        if (length < 126) {
            out.write((int) length);
        } else if (length < 65_536) {
            out.write(new byte[] {126, (byte) (length >> 8), (byte) length});
        } else {
            out.write(127);
            for (int shift = 56; shift >= 0; shift -= 8) {
                out.write((byte) (length >> shift));
            }
        }
        out.write(payload);
        return (first & 0x0f) != 8;
    }

    private static String head(DataInputStream in) throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            head.append((char) in.readUnsignedByte());
        }
        return head.toString();
    }

    private static String accept(String head) {
        try {
            String key = new BufferedReader(new InputStreamReader(
                            new java.io.ByteArrayInputStream(head.getBytes(StandardCharsets.US_ASCII)),
                            StandardCharsets.US_ASCII))
                    .lines()
                    .filter(line -> line.toLowerCase(java.util.Locale.ROOT).startsWith("sec-websocket-key:"))
                    .map(line -> line.substring(18).strip())
                    .findFirst()
                    .orElse("");
            byte[] hash = MessageDigest.getInstance("SHA-1")
                    .digest((key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").getBytes(StandardCharsets.US_ASCII));
            return Base64.getEncoder().encodeToString(hash);
        } catch (java.security.NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }

    private static void daemon(Runnable work) {
        Thread thread = new Thread(work, "websocket-echo");
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void close() throws IOException {
        server.close();
        for (Socket socket : open) {
            socket.close();
        }
    }
}
