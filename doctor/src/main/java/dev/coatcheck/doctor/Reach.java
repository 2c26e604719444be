package dev.coatcheck.doctor;

import dev.coatcheck.site.Origin;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;

/**
 * Whom the doctor may ask, and for how long.
 *
 * @param thisMachineOnly whether only loopback addresses are asked, and of them only the API's own port
 * @param authorities a file with further certificates to trust, besides the ones that Java trusts
 * @param answer how long one answer may take
 * @param all how long an examination may take
 */
record Reach(boolean thisMachineOnly, Optional<Path> authorities, Duration answer, Duration all) {
    static final Reach DEFAULT = new Reach(false, Optional.empty(), Duration.ofSeconds(10), Duration.ofMinutes(5));

    Reach withinThisMachine() {
        return new Reach(true, authorities, answer, all);
    }

    Reach trusting(Path file) {
        return new Reach(thisMachineOnly, Optional.of(file), answer, all);
    }

    Reach within(Duration time) {
        return new Reach(thisMachineOnly, authorities, answer, time);
    }

    /** The network of one examination. The API's name is looked up here, once, and never again. */
    ProbeNetwork to(Origin api) throws CouldNotRunException {
        List<InetAddress> addresses = addresses(api);
        if (thisMachineOnly && !isThisMachine(addresses)) {
            throw CouldNotRunException.because(api.host() + " is not this machine (it leads to "
                    + addresses.get(0).getHostAddress()
                    + "), and this doctor asks this machine only. Give the URL under which the API is reached on this"
                    + " machine, or let whoever started the doctor allow other machines.");
        }
        return new ProbeNetwork(api, new DirectNetwork(addresses, sockets(), answer), this);
    }

    static boolean isThisMachine(List<InetAddress> addresses) {
        return !addresses.isEmpty() && addresses.stream().allMatch(InetAddress::isLoopbackAddress);
    }

    private static List<InetAddress> addresses(Origin api) throws CouldNotRunException {
        try {
            return List.copyOf(Arrays.asList(InetAddress.getAllByName(api.host())));
        } catch (UnknownHostException e) {
            throw CouldNotRunException.because("No answer from " + api + ": the name " + api.host()
                    + " is unknown here. Give the URL under which the API is reached from this machine with --api.");
        }
    }

    private SSLSocketFactory sockets() throws CouldNotRunException {
        if (authorities.isEmpty()) {
            return (SSLSocketFactory) SSLSocketFactory.getDefault();
        }
        try {
            KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
            store.load(null, null);
            int number = 0;
            for (X509Certificate known : javasOwn()) {
                store.setCertificateEntry("java-" + number++, known);
            }
            for (Certificate added : certificates(authorities.get())) {
                store.setCertificateEntry("given-" + number++, added);
            }
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, managers(store), null);
            return context.getSocketFactory();
        } catch (GeneralSecurityException | IOException e) {
            throw CouldNotRunException.because("The certificates in " + authorities.get()
                    + " can't be read. --ca names a file with certificates in PEM form (-----BEGIN CERTIFICATE-----).");
        }
    }

    private static Collection<? extends Certificate> certificates(Path file)
            throws IOException, GeneralSecurityException {
        try (InputStream in = Files.newInputStream(file)) {
            Collection<? extends Certificate> found =
                    CertificateFactory.getInstance("X.509").generateCertificates(in);
            if (found.isEmpty()) {
                throw new IOException("no certificate in it");
            }
            return found;
        }
    }

    private static TrustManager[] managers(KeyStore store) throws GeneralSecurityException {
        TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(store);
        return factory.getTrustManagers();
    }

    private static List<X509Certificate> javasOwn() throws GeneralSecurityException {
        TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init((KeyStore) null);
        return Arrays.stream(factory.getTrustManagers())
                .filter(X509TrustManager.class::isInstance)
                .map(X509TrustManager.class::cast)
                .flatMap(manager -> Arrays.stream(manager.getAcceptedIssuers()))
                .toList();
    }
}
