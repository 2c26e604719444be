package dev.coatcheck.http;

import java.math.BigInteger;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The proxies whose {@code X-Forwarded-For} is believed. What other peers send in it is ignored.
 *
 * <p>Networks are written as {@code 10.0.0.0/8}, {@code ::1} or {@code fd00::/8}; names are not resolved.
 */
public final class TrustedProxies {
    /** Nobody: the peer is the client. */
    public static final TrustedProxies NONE = new TrustedProxies(List.of());

    private static final Pattern IPV4 =
            Pattern.compile("(25[0-5]|2[0-4]\\d|1?\\d?\\d)(\\.(25[0-5]|2[0-4]\\d|1?\\d?\\d)){3}");
    private static final Pattern IPV6 = Pattern.compile("[0-9a-fA-F:][0-9a-fA-F:.]*:[0-9a-fA-F:.]*|:[0-9a-fA-F:.]*");

    private final List<Network> networks;

    private TrustedProxies(List<Network> networks) {
        this.networks = networks;
    }

    private record Network(BigInteger prefix, int bits, int length) {
        boolean holds(InetAddress address) {
            byte[] bytes = address.getAddress();
            return bytes.length * 8 == length
                    && new BigInteger(1, bytes).shiftRight(length - bits).equals(prefix);
        }
    }

    /** These networks. @throws IllegalArgumentException when one can't be read; the message quotes it */
    public static TrustedProxies of(List<String> networks) {
        return new TrustedProxies(networks.stream().map(TrustedProxies::network).toList());
    }

    /** Whether the request's peer is one of them. */
    public boolean trust(WebRequest request) {
        return trusted(request.peerAddress());
    }

    /** The client's address: the peer's, or the last entry of X-Forwarded-For that is no trusted proxy. */
    public String clientAddress(WebRequest request) {
        String client = request.peerAddress();
        if (networks.isEmpty() || !trusted(client)) {
            return client;
        }
        List<String> hops = new ArrayList<>();
        for (String line : request.headers("X-Forwarded-For")) {
            hops.addAll(List.of(line.split(",", -1)));
        }
        for (int i = hops.size() - 1; i >= 0 && trusted(client); i--) {
            Optional<InetAddress> hop = address(hops.get(i).strip());
            if (hop.isEmpty()) {
                return client;
            }
            client = hop.get().getHostAddress();
        }
        return client;
    }

    private boolean trusted(String text) {
        return address(text)
                .filter(address -> networks.stream().anyMatch(network -> network.holds(address)))
                .isPresent();
    }

    private static Network network(String text) {
        int slash = text.indexOf('/');
        Optional<InetAddress> base = address(slash < 0 ? text : text.substring(0, slash));
        int length = base.map(address -> address.getAddress().length * 8).orElse(0);
        int bits = slash < 0 ? length : bits(text.substring(slash + 1));
        if (base.isEmpty() || bits < 0 || bits > length) {
            throw new IllegalArgumentException(
                    "\"" + text + "\" is not a network: write 10.0.0.0/8, 192.168.1.5, ::1 or fd00::/8");
        }
        return new Network(new BigInteger(1, base.get().getAddress()).shiftRight(length - bits), bits, length);
    }

    private static int bits(String text) {
        return text.matches("\\d{1,3}") ? Integer.parseInt(text) : -1;
    }

    /** Literals only: nothing here may ask a name server. */
    private static Optional<InetAddress> address(String text) {
        String bare = text.startsWith("[") && text.endsWith("]") ? text.substring(1, text.length() - 1) : text;
        if (!IPV4.matcher(bare).matches() && !IPV6.matcher(bare).matches()) {
            return Optional.empty();
        }
        try {
            return Optional.of(InetAddress.getByName(bare));
        } catch (UnknownHostException e) {
            return Optional.empty();
        }
    }
}
