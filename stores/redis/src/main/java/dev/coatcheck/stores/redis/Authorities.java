package dev.coatcheck.stores.redis;

import io.lettuce.core.SslOptions;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.Collection;
import java.util.Optional;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/** Who may vouch for a server's certificate: those whom Java trusts, or those in a file, read once. */
final class Authorities {
    private static final String PEM = "It takes certificates in PEM form (-----BEGIN CERTIFICATE-----), one or more";

    private final Optional<TrustManagerFactory> given;

    private Authorities(Optional<TrustManagerFactory> given) {
        this.given = given;
    }

    /** As the address says. @throws RedisSetupException when its file can't be read or has none */
    static Authorities of(RedisAddress address) {
        return new Authorities(address.authorities().map(Authorities::trusting));
    }

    SslOptions options(Duration handshake) {
        SslOptions.Builder options = SslOptions.builder().jdkSslProvider().handshakeTimeout(handshake);
        given.ifPresent(options::trustManager);
        return options.build();
    }

    private static TrustManagerFactory trusting(String file) {
        try {
            KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
            trusted.load(null, null);
            int number = 0;
            for (Certificate certificate : certificates(file)) {
                trusted.setCertificateEntry("given-" + number++, certificate);
            }
            if (number == 0) {
                throw RedisSetupException.authorities(file, "there is none", PEM, null);
            }
            TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            factory.init(trusted);
            return factory;
        } catch (CertificateException e) {
            throw RedisSetupException.authorities(file, "there is something else in it", PEM, e);
        } catch (IOException | GeneralSecurityException e) {
            throw unreadable(file, String.valueOf(e.getMessage()), e);
        }
    }

    private static Collection<? extends Certificate> certificates(String file)
            throws IOException, GeneralSecurityException {
        try {
            // Read before it is looked at: a folder is not "something else in it".
            byte[] bytes = Files.readAllBytes(Path.of(file));
            return CertificateFactory.getInstance("X.509").generateCertificates(new ByteArrayInputStream(bytes));
        } catch (InvalidPathException | NoSuchFileException e) {
            throw unreadable(file, "there is no such file", e);
        } catch (AccessDeniedException e) {
            throw unreadable(file, "it may not be read", e);
        }
    }

    private static RedisSetupException unreadable(String file, String why, @Nullable Throwable cause) {
        return RedisSetupException.authorities(
                file, why, "Name a file that the user who runs this program may read", cause);
    }
}
