package dev.coatcheck.stores.redis;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A certificate and the authority that vouches for it, made for one test by the JDK's keytool.
 *
 * @param authority its certificate, PEM; also in the trust store
 */
record TestCertificate(Path certificate, Path key, Path authority, Path trustStore) {
    static final String PASSWORD = "only for tests";

    /** Of this subject, for these names, {@code dns:redis.example.test} or {@code ip:127.0.0.1}. */
    static TestCertificate make(Path folder, String subject, String names)
            throws IOException, GeneralSecurityException {
        Path file = folder.resolve("keys.p12");
        keytool(file, folder, "-alias", "authority", "-dname", "CN=authority of " + subject, "-ext", "bc:c");
        keytool(
                file,
                folder,
                "-alias",
                "redis",
                "-dname",
                "CN=" + subject,
                "-ext",
                "san=" + names,
                "-signer",
                "authority");
        KeyStore keys = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(file)) {
            keys.load(in, PASSWORD.toCharArray());
        }
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        trusted.setCertificateEntry("authority", keys.getCertificate("authority"));
        Path trustStore = folder.resolve("trusted.p12");
        try (var out = Files.newOutputStream(trustStore)) {
            trusted.store(out, PASSWORD.toCharArray());
        }
        return new TestCertificate(
                pem(
                        folder.resolve("redis.crt"),
                        "CERTIFICATE",
                        keys.getCertificate("redis").getEncoded()),
                pem(
                        folder.resolve("redis.key"),
                        "PRIVATE KEY",
                        keys.getKey("redis", PASSWORD.toCharArray()).getEncoded()),
                pem(
                        folder.resolve("authority.crt"),
                        "CERTIFICATE",
                        keys.getCertificate("authority").getEncoded()),
                trustStore);
    }

    /** What a server is started with to speak TLS on this port, also with its like. */
    String[] settings(int port) {
        return new String[] {
            "--tls-port",
            Integer.toString(port),
            "--tls-cert-file",
            certificate.toString(),
            "--tls-key-file",
            key.toString(),
            "--tls-ca-cert-file",
            authority.toString(),
            "--tls-auth-clients",
            "no",
        };
    }

    private static Path pem(Path file, String what, byte[] bytes) throws IOException {
        String text = Base64.getMimeEncoder(64, "\n".getBytes(US_ASCII)).encodeToString(bytes);
        return Files.writeString(file, "-----BEGIN " + what + "-----\n" + text + "\n-----END " + what + "-----\n");
    }

    private static void keytool(Path file, Path folder, String... about) throws IOException {
        Path log = folder.resolve("log");
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-keystore",
                file.toString(),
                "-storetype",
                "PKCS12",
                "-storepass",
                PASSWORD,
                "-keyalg",
                "EC",
                "-groupname",
                "secp256r1",
                "-validity",
                "10"));
        command.addAll(List.of(about));
        Process keytool = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        try {
            if (!keytool.waitFor(60, TimeUnit.SECONDS) || keytool.exitValue() != 0) {
                throw new AssertionError("keytool makes no certificate: " + Files.readString(log));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }
}
