package dev.coatcheck.server;

import dev.coatcheck.http.Header;
import java.util.concurrent.ConcurrentHashMap;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.PreEncodedHttpField;

/** Header lines for Jetty. Those of CORS are few and in every answer: they stand ready as bytes. */
final class JettyFields {
    private static final String CORS = "Access-Control-";
    private static final int MOST = 512;
    private static final ConcurrentHashMap<Header, HttpField> READY = new ConcurrentHashMap<>();

    private JettyFields() {}

    static boolean isOfCors(String name) {
        return name.regionMatches(true, 0, CORS, 0, CORS.length());
    }

    static HttpField of(Header header) {
        if (!isOfCors(header.name()) && !header.name().equals("Vary")) {
            return new HttpField(header.name(), header.value());
        }
        HttpField ready = READY.get(header);
        return ready == null ? made(header) : ready;
    }

    private static HttpField made(Header header) {
        HttpField field = new PreEncodedHttpField(header.name(), header.value());
        if (READY.size() < MOST) {
            READY.put(header, field);
        }
        return field;
    }
}
