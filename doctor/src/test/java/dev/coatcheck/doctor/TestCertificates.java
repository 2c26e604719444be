package dev.coatcheck.doctor;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/** An authority and a certificate of it, made for one test by the JDK's keytool. */
final class TestCertificates {
    private static final String PASSWORD = "only for tests";

    private final Path folder;

    private TestCertificates(Path folder) {
        this.folder = folder;
    }

    /** For these names, {@code dns:api.example.test} or {@code ip:127.0.0.1}, and for ten days from a date like {@code -1d}. */
    static TestCertificates make(Path folder, String names, String start) {
        TestCertificates made = new TestCertificates(folder);
        made.keytool("-genkeypair", "-alias", "ca", "-dname", "CN=Test authority", "-ext", "bc:c", "-validity", "30");
        made.keytool(
                "-exportcert", "-alias", "ca", "-rfc", "-file", made.authority().toString());
        made.keytool("-genkeypair", "-alias", "server", "-dname", "CN=server");
        Path request = folder.resolve("request.pem");
        Path signed = folder.resolve("server.pem");
        made.keytool("-certreq", "-alias", "server", "-file", request.toString());
        made.keytool(
                "-gencert",
                "-alias",
                "ca",
                "-rfc",
                "-infile",
                request.toString(),
                "-outfile",
                signed.toString(),
                "-ext",
                "san=" + names,
                "-startdate",
                start,
                "-validity",
                "10");
        made.keytool("-importcert", "-alias", "server", "-noprompt", "-file", signed.toString());
        return made;
    }

    /** The authority's certificate, in PEM form. */
    Path authority() {
        return folder.resolve("authority.pem");
    }

    SSLContext server() {
        try (InputStream in = Files.newInputStream(folder.resolve("keys.p12"))) {
            KeyStore keys = KeyStore.getInstance("PKCS12");
            keys.load(in, PASSWORD.toCharArray());
            KeyStore own = KeyStore.getInstance("PKCS12");
            own.load(null, null);
            own.setKeyEntry(
                    "server",
                    keys.getKey("server", PASSWORD.toCharArray()),
                    PASSWORD.toCharArray(),
                    keys.getCertificateChain("server"));
            KeyManagerFactory factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            factory.init(own, PASSWORD.toCharArray());
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(factory.getKeyManagers(), null, null);
            return context;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    private void keytool(String... arguments) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                arguments[0],
                "-keystore",
                folder.resolve("keys.p12").toString(),
                "-storepass",
                PASSWORD));
        if (arguments[0].equals("-genkeypair")) {
            command.addAll(List.of("-keyalg", "EC", "-groupname", "secp256r1"));
        }
        command.addAll(List.of(arguments).subList(1, arguments.length));
        try {
            Path log = folder.resolve("keytool.log");
            Process process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(log.toFile())
                    .start();
            if (!process.waitFor(60, TimeUnit.SECONDS) || process.exitValue() != 0) {
                throw new AssertionError(String.join(" ", command) + "\n" + Files.readString(log));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }
}
