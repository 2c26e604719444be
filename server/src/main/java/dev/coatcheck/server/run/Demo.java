package dev.coatcheck.server.run;

import dev.coatcheck.Password;
import dev.coatcheck.accounts.UserAccount;
import dev.coatcheck.settings.ListenAddress;
import dev.coatcheck.settings.Settings;
import dev.coatcheck.settings.SettingsTable;
import dev.coatcheck.site.Origin;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The demo: an API on one origin, a page on another, an account to sign in with.
 *
 * @param host the name that both origins share: localhost, or one that leads to this machine
 * @param apiPort where the API listens
 * @param appPort where the page is served
 * @param data the folder for database, keys and the demo account
 * @param app the built page
 * @param cookieDomain the cookie's Domain; empty for the API's host alone
 * @param doctorAsksOthers whether the page's doctor may ask other machines than this one
 */
public record Demo(
        String host,
        int apiPort,
        int appPort,
        Path data,
        Path app,
        Optional<String> cookieDomain,
        boolean doctorAsksOthers) {
    /** Who signs in. */
    public static final String USER = "demo";

    private static final String LETTERS = "abcdefghjkmnpqrstuvwxyz23456789";
    private static final String GIVEN_BY = "command line";

    /** The API's origin. */
    public Origin api() {
        return origin(apiPort);
    }

    /** The page's origin. */
    public Origin page() {
        return origin(appPort);
    }

    private Origin origin(int port) {
        return Origin.parse("http://" + host + ":" + port)
                .orElseThrow(() -> CannotStartException.because(
                        "http://" + host + ":" + port + " is not an origin.",
                        "Choose a host name and ports 1 to 65535."));
    }

    /** The settings that the demo needs, over those of the environment. */
    public Settings over(Settings environment) {
        Settings settings = environment
                .with(SettingsTable.LISTEN, new ListenAddress("127.0.0.1", apiPort), GIVEN_BY)
                .with(SettingsTable.PUBLIC_URL, Optional.of(api()), GIVEN_BY)
                .with(SettingsTable.APPS, List.of(page()), GIVEN_BY)
                .with(SettingsTable.DATABASE_URL, "sqlite:" + data.resolve("coatcheck.db"), GIVEN_BY)
                .with(SettingsTable.KEYS_FILE, data.resolve("keys").toString(), GIVEN_BY);
        return cookieDomain
                .map(domain -> settings.with(SettingsTable.COOKIE_DOMAIN, Optional.of(domain), GIVEN_BY)
                        .with(SettingsTable.COOKIE_DOMAIN_RISK, SettingsTable.Risk.ACCEPTED, GIVEN_BY))
                .orElse(settings);
    }

    /** Starts API and page. @throws CannotStartException when one of them can't be */
    public RunningServer start(Installation installation) {
        StaticApp files = StaticApp.open(app, api());
        RunningServer server = RunningServer.start(installation, DemoApi.APPLICATION);
        try {
            server.serveApp(
                    files,
                    new DoctorDesk(page(), doctorAsksOthers),
                    new ListenAddress("127.0.0.1", appPort),
                    "--app-port");
            return server;
        } catch (RuntimeException e) {
            server.close();
            throw e;
        }
    }

    /** Where the demo account's password is kept, for its owner alone. */
    public Path accountFile() {
        return data.resolve("demo-account.txt");
    }

    /**
     * The demo account's password: made with the account, kept in a file because a hash can't be read back.
     *
     * @return empty when somebody changed the password, or removed the file
     */
    public Optional<String> password(Installation installation, SecureRandom random) {
        Optional<UserAccount> account = installation.accounts().find(USER);
        if (account.isEmpty()) {
            return Optional.of(fresh(installation, random));
        }
        return kept().filter(text -> {
            Password password = Password.of(text);
            try {
                return installation.fits(password, account.get());
            } finally {
                password.wipe();
            }
        });
    }

    private String fresh(Installation installation, SecureRandom random) {
        String text = random(random);
        keep(text);
        Password password = Password.of(text);
        try {
            return installation
                    .accounts()
                    .add(USER, "Demo", List.of(), password)
                    .fold(account -> text, refused -> {
                        throw CannotStartException.because(refused.detail(), "Remove " + data + " and start again.");
                    });
        } finally {
            password.wipe();
        }
    }

    private Optional<String> kept() {
        try {
            return Files.exists(accountFile())
                    ? Files.readAllLines(accountFile()).stream().findFirst()
                    : Optional.empty();
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private void keep(String password) {
        Path file = accountFile();
        try {
            Files.deleteIfExists(file);
            FileAttribute<?>[] ownerOnly =
                    file.getFileSystem().supportedFileAttributeViews().contains("posix")
                            ? new FileAttribute<?>[] {
                                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))
                            }
                            : new FileAttribute<?>[0];
            try (var out = Files.newByteChannel(
                    file, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), ownerOnly)) {
                out.write(java.nio.charset.StandardCharsets.UTF_8.encode(password + "\n"));
            }
        } catch (IOException e) {
            throw CannotStartException.because(
                    "The folder " + data + " can't be written: " + e.getMessage() + ".",
                    "Name another folder with --data.",
                    e);
        }
    }

    /** Four groups of five: 99 bits, without letters that look alike. */
    private static String random(SecureRandom random) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < 20; i++) {
            text.append(i > 0 && i % 5 == 0 ? "-" : "").append(LETTERS.charAt(random.nextInt(LETTERS.length())));
        }
        return text.toString();
    }
}
