package dev.coatcheck.bench;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/**
 * One signed-in person as the load sees them: the bytes that their browser would send, and what must be answered. For one
 * thread.
 */
final class Visitor {
    private final String name;
    private final byte[] read;
    private final byte[] look;
    private final byte[] write;
    private final byte[] user;
    private long sent;
    private long kept;

    private Visitor(String name, int port, Tickets tickets) {
        this.name = name;
        this.read = bytes("GET /me HTTP/1.1\r\n" + head(name, port, tickets) + "\r\n");
        this.look = bytes("GET /note HTTP/1.1\r\n" + head(name, port, tickets) + "\r\n");
        this.write = bytes("POST /note HTTP/1.1\r\n" + head(name, port, tickets) + "X-CSRF-Token: " + tickets.csrf()
                + "\r\nContent-Type: text/plain\r\nContent-Length: " + Note.DIGITS + "\r\n\r\n" + Note.text(0));
        this.user = bytes(Note.user(name));
    }

    /** What a sign-in gave: cookies and token. */
    private record Tickets(String cookies, String csrf) {
        private static final String DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
        private static final int LENGTH = 86;

        /**
         * As long as real ones and as different from person to person, for servers that look at neither: a parser remembers the
         * header lines that a connection's last request had, and would find these again.
         */
        static Tickets likeRealOnesOf(String name) {
            Random random = new Random(name.hashCode());
            String csrf = digits(random);
            return new Tickets("coatcheck=" + digits(random) + "; XSRF-TOKEN=" + csrf, csrf);
        }

        private static String digits(Random random) {
            StringBuilder digits = new StringBuilder(LENGTH);
            for (int i = 0; i < LENGTH; i++) {
                digits.append(DIGITS.charAt(random.nextInt(DIGITS.length())));
            }
            return digits.toString();
        }
    }

    /** Somebody who need not sign in. */
    static Visitor known(String name, int port) {
        return new Visitor(name, port, Tickets.likeRealOnesOf(name));
    }

    /** Signs in. @throws WrongAnswerException when that does not work */
    static Visitor signedIn(HttpClient http, String name, int port) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/auth/login"))
                .timeout(Duration.ofSeconds(20))
                .header("Content-Type", "application/json")
                .header("Origin", Served.APP)
                .POST(HttpRequest.BodyPublishers.ofString("{\"username\":\"" + name + "\",\"password\":\"any\"}"))
                .build();
        HttpResponse<String> answer = http.send(request, HttpResponse.BodyHandlers.ofString());
        List<String> cookies = answer.headers().allValues("Set-Cookie").stream()
                .map(line -> line.replaceFirst(";.*", ""))
                .toList();
        Optional<String> csrf = answer.headers().firstValue("X-CSRF-Token");
        if (answer.statusCode() != 200 || cookies.isEmpty() || csrf.isEmpty()) {
            throw WrongAnswerException.to(
                    "a sign-in of " + name, "a cookie and a token", answer.statusCode() + " " + answer.body());
        }
        return new Visitor(name, port, new Tickets(String.join("; ", cookies), csrf.get()));
    }

    /** The next request of this kind. The array is the visitor's own, and changed by the next call. */
    byte[] next(Asked asked) {
        return switch (asked) {
            case READ -> read;
            case LOOK -> look;
            case WRITE -> {
                byte[] digits = bytes(Note.text(++sent));
                System.arraycopy(digits, 0, write, write.length - digits.length, digits.length);
                yield write;
            }
        };
    }

    /** What the last request of this kind must be answered with. */
    byte[] expected(Asked asked) {
        return asked == Asked.LOOK ? bytes(Note.noted(name, Note.text(kept))) : user;
    }

    /** The last request was answered as expected. */
    void answered(Asked asked) {
        if (asked == Asked.WRITE) {
            kept = sent;
        }
    }

    String name() {
        return name;
    }

    /** Whether anything was written for them and acknowledged. */
    boolean wrote() {
        return kept > 0;
    }

    /** What is asked. */
    enum Asked {
        READ,
        WRITE,
        /** Shows the note that was written last: whether writes really were. */
        LOOK
    }

    /** As Chromium sends it from an app on another port of the same host. */
    private static String head(String name, int port, Tickets tickets) {
        return "Host: localhost:" + port + "\r\n"
                + "User-Agent: Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko)"
                + " Chrome/140.0.0.0 Safari/537.36\r\n"
                + "Accept: application/json\r\n"
                + "Accept-Language: en-GB,en;q=0.9\r\n"
                + "Accept-Encoding: gzip, deflate, br, zstd\r\n"
                + "Referer: " + Served.APP + "/\r\n"
                + "Origin: " + Served.APP + "\r\n"
                + "Sec-Fetch-Site: same-site\r\n"
                + "Sec-Fetch-Mode: cors\r\n"
                + "Sec-Fetch-Dest: empty\r\n"
                + "Cookie: " + tickets.cookies() + "\r\n"
                + Application.USER + ": " + name + "\r\n";
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }
}
