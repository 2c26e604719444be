package dev.coatcheck.doctor;

import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import javax.net.ssl.SSLException;

/** What a failed TLS handshake means for people. A browser refuses such a server too, and the page only sees "Failed to fetch". */
final class Certificates {
    private static final String CA =
            "give the certificate of its authority with --ca FILE (mkcert: the file rootCA.pem in the"
                    + " folder that mkcert -CAROOT names)";

    private Certificates() {}

    static String explain(SSLException failure) {
        List<Throwable> chain = Stream.iterate((Throwable) failure, Objects::nonNull, Throwable::getCause)
                .limit(10)
                .toList();
        String says = String.join(
                " ",
                chain.stream().map(cause -> String.valueOf(cause.getMessage())).toList());
        if (has(chain, CertificateExpiredException.class) || has(chain, CertificateNotYetValidException.class)) {
            return "its certificate is not valid today, so every browser refuses it; make a new one";
        }
        if (says.contains("No subject alternative") || says.contains("No name matching")) {
            return "its certificate is for another name, so every browser refuses it; make one with this name in it";
        }
        if (says.contains("PKIX") || says.contains("unable to find valid certification path")) {
            return "its certificate is not trusted here, and a browser refuses it as well unless it was told to trust the"
                    + " authority; if it was, " + CA;
        }
        if (says.contains("SSL message") || says.contains("plaintext") || says.contains("terminated the handshake")) {
            return "it does not speak https on this port; perhaps it is plain http";
        }
        return "the TLS handshake failed (" + failure.getMessage() + ")";
    }

    private static boolean has(List<Throwable> chain, Class<? extends Throwable> type) {
        return chain.stream().anyMatch(type::isInstance);
    }
}
