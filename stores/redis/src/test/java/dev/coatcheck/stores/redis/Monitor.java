package dev.coatcheck.stores.redis;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;

/** The commands that reach one server, as its {@code MONITOR} shows them. */
final class Monitor implements AutoCloseable {
    private final Socket socket;
    private final BufferedReader lines;
    private int marks;

    Monitor(int port) throws IOException {
        socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setSoTimeout(10_000);
        lines = new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
        socket.getOutputStream().write("MONITOR\r\n".getBytes(StandardCharsets.US_ASCII));
        lines.readLine();
    }

    /** The names of the commands that clients sent since the last look, without what scripts called. */
    List<String> sentUntil(Raw raw) throws IOException {
        return sentUntil(raw, line -> !line.contains(" lua] "));
    }

    /** The names of the commands that scripts called since the last look. */
    List<String> sentByScriptsUntil(Raw raw) throws IOException {
        return sentUntil(raw, line -> line.contains(" lua] "));
    }

    private List<String> sentUntil(Raw raw, Predicate<String> counts) throws IOException {
        String mark = "mark-" + ++marks;
        raw.commands().echo(mark);
        List<String> sent = new ArrayList<>();
        while (true) {
            String line = lines.readLine();
            if (line.contains(mark)) {
                return sent;
            }
            if (counts.test(line)) {
                String call = line.substring(line.indexOf("] \"") + 3);
                sent.add(call.substring(0, call.indexOf('"')).toLowerCase(Locale.ROOT));
            }
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
