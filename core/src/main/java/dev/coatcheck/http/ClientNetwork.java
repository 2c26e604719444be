package dev.coatcheck.http;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.HexFormat;
import java.util.regex.Pattern;

/**
 * Whom a limit takes for one client: an IPv4 address, or the /64 of an IPv6 address, of which everybody has 2^64 (RFC 6177
 * §2). An IPv4 address that is written as IPv6 is itself. Any other text stands for itself, cut to 64 characters.
 */
public record ClientNetwork(String value) {
    /** With a colon and these characters only, the platform parses it and asks no name server. */
    private static final Pattern IPV6 = Pattern.compile("[0-9a-fA-F:][0-9a-fA-F:.]*:[0-9a-fA-F:.]*");

    private static final int MAX_LENGTH = 64;

    /** The network of this address in text. */
    public static ClientNetwork of(String address) {
        int zone = address.indexOf('%');
        String plain = zone < 0 ? address : address.substring(0, zone);
        if (plain.length() <= MAX_LENGTH && IPV6.matcher(plain).matches()) {
            try {
                InetAddress parsed = InetAddress.getByName(plain);
                return new ClientNetwork(
                        parsed instanceof Inet6Address
                                ? HexFormat.of().formatHex(parsed.getAddress(), 0, 8) + "/64"
                                : parsed.getHostAddress());
            } catch (UnknownHostException e) {
                return new ClientNetwork(plain);
            }
        }
        return new ClientNetwork(plain.substring(0, Math.min(plain.length(), MAX_LENGTH)));
    }
}
