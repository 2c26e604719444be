package dev.coatcheck.stores.sql;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where a database server is, who signs in there and how: {@code postgresql://user:password@host:5432/db?pool=10}. Never
 * printed with the password.
 *
 * @param parameters {@code pool} (connections, 1 to 200), {@code sslmode} (disable, prefer, require, verify-ca, verify-full),
 *     {@code sslrootcert} (a file) and {@code signals} (auto, all, endings: what PostgreSQL notifies of)
 */
record ServerAddress(
        Kind kind,
        String host,
        int port,
        String database,
        String user,
        Optional<String> password,
        Map<String, String> parameters) {
    static final int DEFAULT_POOL = 10;

    private static final Pattern SHAPE =
            Pattern.compile("(postgresql|postgres|mariadb|mysql)://([^:@/?#]+)(?::([^@/?#]*))?@"
                    + "(\\[[0-9A-Fa-f:.]+]|[A-Za-z0-9._-]+)(?::(\\d{1,5}))?/([A-Za-z0-9_$-]+)(?:\\?([^#]*))?");
    private static final Set<String> SSL_MODES = Set.of("disable", "prefer", "require", "verify-ca", "verify-full");
    private static final Set<String> PARAMETERS = Set.of("pool", "sslmode", "sslrootcert", "signals");
    private static final Set<String> SIGNALS = Set.of("auto", "all", "endings");

    /** Which server speaks there. */
    enum Kind {
        POSTGRESQL("PostgreSQL", 5432),
        MARIADB("MariaDB", 3306),
        MYSQL("MySQL", 3306);

        final String title;
        final int port;

        Kind(String title, int port) {
            this.title = title;
            this.port = port;
        }

        String scheme() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** Whether the text means a server, rightly written or not. */
    static boolean means(String url) {
        return url.matches("(?s)(postgresql|postgres|mariadb|mysql):.*");
    }

    /**
     * @param password in place of the one in the address
     * @throws DatabaseSetupException when it is written wrongly; the text is not repeated
     */
    static ServerAddress of(String url, Optional<String> password) {
        Matcher parts = SHAPE.matcher(url);
        if (!parts.matches()) {
            throw DatabaseSetupException.address(
                    "it is not written as postgresql://user:password@host:5432/database (or mariadb://…, mysql://…)",
                    "Write signs of the password such as @ : / ? # % as %40 %3A %2F %3F %23 %25, or leave it out and set"
                            + " database.password");
        }
        Kind kind = switch (parts.group(1)) {
            case "mariadb" -> Kind.MARIADB;
            case "mysql" -> Kind.MYSQL;
            default -> Kind.POSTGRESQL;
        };
        int port = Optional.ofNullable(parts.group(5)).map(Integer::parseInt).orElse(kind.port);
        if (port < 1 || port > 65_535) {
            throw DatabaseSetupException.address("there is no port " + port, "Write a port from 1 to 65535");
        }
        return new ServerAddress(
                kind,
                parts.group(4),
                port,
                parts.group(6),
                decoded(parts.group(2)),
                password.or(() -> Optional.ofNullable(parts.group(3)).map(ServerAddress::decoded)),
                encryption(kind, parameters(Optional.ofNullable(parts.group(7)).orElse(""))));
    }

    private static Map<String, String> parameters(String query) {
        Map<String, String> parameters = new HashMap<>();
        for (String pair : query.isEmpty() ? new String[0] : query.split("&", -1)) {
            String[] parts = pair.split("=", 2);
            String value = parts.length == 2 ? decoded(parts[1]) : "";
            boolean fits = switch (parts[0]) {
                case "pool" -> value.matches("[1-9]\\d?|1\\d\\d|200");
                case "sslmode" -> SSL_MODES.contains(value);
                case "signals" -> SIGNALS.contains(value);
                case "sslrootcert" -> !value.isEmpty();
                default -> false;
            };
            if (!fits) {
                // Of an address nothing is repeated but what is no secret: a name that stands here.
                throw DatabaseSetupException.address(
                        PARAMETERS.contains(parts[0])
                                ? "after its question mark, " + parts[0] + "= has a value that it does not take"
                                : "what follows its question mark has something unknown",
                        "Known are pool=10 (1 to 200 connections), sslmode=disable, prefer, require, verify-ca or"
                                + " verify-full, sslrootcert=FILE, and signals=auto, all or endings");
            }
            parameters.put(parts[0], value);
        }
        return Map.copyOf(parameters);
    }

    /** What is asked for is done, or refused: a driver would go on in plain text, or trust whomever it meets. */
    private static Map<String, String> encryption(Kind kind, Map<String, String> parameters) {
        String mode = parameters.getOrDefault("sslmode", "");
        String file = parameters.getOrDefault("sslrootcert", "");
        if (kind != Kind.POSTGRESQL && mode.equals("prefer")) {
            throw DatabaseSetupException.address(
                    "sslmode=prefer is nothing that MariaDB's driver knows: it would go on without encryption",
                    "Write sslmode=verify-full, or sslmode=disable for a connection in plain text");
        }
        if (!file.isEmpty() && !mode.startsWith("verify-")) {
            throw DatabaseSetupException.address(
                    "it has a sslrootcert, which is looked at with sslmode=verify-ca and verify-full alone",
                    "Add sslmode=verify-full, or leave the certificate out");
        }
        // MariaDB's driver takes the file's name in an address, where & begins the next option.
        if (file.chars().anyMatch(c -> c == '&' || Character.isISOControl(c))) {
            throw DatabaseSetupException.address(
                    "the name of the sslrootcert has an & or a control character in it", "Give the file another name");
        }
        return parameters;
    }

    private static String decoded(String text) {
        try {
            return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw DatabaseSetupException.address("a percent sign in it stands for itself", "Write % as %25");
        }
    }

    int pool() {
        return Optional.ofNullable(parameters.get("pool"))
                .map(Integer::parseInt)
                .orElse(DEFAULT_POOL);
    }

    Optional<String> parameter(String name) {
        return Optional.ofNullable(parameters.get(name));
    }

    /** The address without the password. */
    @Override
    public String toString() {
        return kind.scheme() + "://" + user + "@" + host + ":" + port + "/" + database;
    }
}
