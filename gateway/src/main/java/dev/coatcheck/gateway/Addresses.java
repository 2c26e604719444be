package dev.coatcheck.gateway;

import dev.coatcheck.site.Hosts;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.eclipse.jetty.util.Promise;
import org.eclipse.jetty.util.SocketAddressResolver;

/**
 * Where a host's sockets are. {@code localhost} is both of this machine's loopback addresses, whatever a resolver says: Node.js
 * listens on one of them, and which one depends on its version.
 */
final class Addresses implements SocketAddressResolver {
    private static final byte[] IPV4 = {127, 0, 0, 1};
    private static final byte[] IPV6 = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1};

    @Override
    public void resolve(String host, int port, Map<String, Object> context, Promise<List<InetSocketAddress>> promise) {
        try {
            promise.succeeded(of(host, port));
        } catch (UnknownHostException e) {
            promise.failed(e);
        }
    }

    static List<InetSocketAddress> of(String host, int port) throws UnknownHostException {
        String name = host.toLowerCase(Locale.ROOT);
        boolean localName = Hosts.isLoopback(name) && !Hosts.isIpAddress(name);
        Stream<InetAddress> addresses = localName
                ? Stream.of(InetAddress.getByAddress(host, IPV4), InetAddress.getByAddress(host, IPV6))
                : Stream.of(InetAddress.getAllByName(host));
        return addresses.map(address -> new InetSocketAddress(address, port)).toList();
    }

    /** A socket to the first address that takes one. */
    static Socket connect(Upstream upstream, Duration within) throws IOException {
        IOException last = new UnknownHostException(upstream.origin().host());
        for (InetSocketAddress address :
                of(upstream.socketHost(), upstream.origin().port())) {
            Socket socket = new Socket();
            try {
                socket.setTcpNoDelay(true);
                socket.connect(address, (int) within.toMillis());
                return socket;
            } catch (IOException e) {
                socket.close();
                last = e;
            }
        }
        throw last;
    }
}
