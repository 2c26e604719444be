package dev.coatcheck.server.run;

import dev.coatcheck.Configuration;
import dev.coatcheck.accounts.Argon2Cost;
import dev.coatcheck.accounts.HashingPolicy;
import dev.coatcheck.server.JettyLimits;
import dev.coatcheck.session.Transport;
import dev.coatcheck.settings.Blame;
import dev.coatcheck.settings.MisconfigurationException;
import dev.coatcheck.settings.Settings;
import dev.coatcheck.settings.SettingsTable;
import dev.coatcheck.site.Hosts;
import dev.coatcheck.stores.nearcache.NearCachePolicy;
import dev.coatcheck.stores.redis.RedisAddress;
import dev.coatcheck.stores.sql.DatabaseSetupException;
import dev.coatcheck.stores.sql.SqlDatabase;
import dev.coatcheck.stores.sql.Tells;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Everything that the settings call for, validated before anything is opened.
 *
 * @param settings what was set
 * @param configuration the pipeline's policies
 * @param limits what clients may take of the server
 * @param hashing what a password costs
 * @param redis where sessions are kept, if not elsewhere
 */
public record Plan(
        Settings settings,
        Configuration configuration,
        JettyLimits limits,
        HashingPolicy hashing,
        Optional<RedisAddress> redis) {
    private static final Duration MOST_STORE_PATIENCE = Duration.ofMinutes(1);
    private static final Duration LEAST_PURGE_EVERY = Duration.ofSeconds(1);

    /** The plan. @throws dev.coatcheck.settings.InvalidSettingsException with everything that can't be, and where it stands */
    public static Plan of(Settings settings) {
        Blame blame = Blame.of(settings);
        Plan plan = new Plan(
                settings,
                Configuration.of(settings, blame),
                blame.make(
                        Plan::limits,
                        SettingsTable.LIMITS_URL_SIZE,
                        SettingsTable.LIMITS_HEADER_SIZE,
                        SettingsTable.LIMITS_BODY_SIZE,
                        SettingsTable.LIMITS_CONNECTIONS,
                        SettingsTable.LIMITS_THREADS,
                        SettingsTable.LIMITS_IDLE,
                        SettingsTable.LIMITS_PATIENCE,
                        SettingsTable.LIMITS_LEAST_RATE,
                        SettingsTable.LIMITS_STOP_WITHIN),
                blame.make(
                        Plan::hashing,
                        SettingsTable.PASSWORD_MEMORY,
                        SettingsTable.PASSWORD_ITERATIONS,
                        SettingsTable.PASSWORD_PARALLELISM,
                        SettingsTable.PASSWORD_AT_ONCE),
                blame.make(Plan::redis, SettingsTable.SESSIONS));
        blame.make(Plan::streams, SettingsTable.EVENTS_MOST, SettingsTable.LIMITS_CONNECTIONS);
        blame.make(Plan::database, SettingsTable.DATABASE_URL);
        blame.make(Plan::near, SettingsTable.NEAR_CACHE_SESSIONS, SettingsTable.SESSIONS, SettingsTable.DATABASE_URL);
        blame.make(Plan::throughOutage, SettingsTable.NEAR_CACHE_THROUGH_OUTAGE, SettingsTable.NEAR_CACHE_SESSIONS);
        blame.make(Plan::storePatience, SettingsTable.LIMITS_STORE_PATIENCE);
        blame.make(Plan::purgeEvery, SettingsTable.SESSION_PURGE_EVERY);
        blame.throwIfAny();
        return plan;
    }

    /** What works but should be known, a sentence each. */
    public List<String> warnings() {
        List<String> warnings = new ArrayList<>();
        boolean local = Hosts.isLoopback(configuration.publicOrigin().host());
        if (!configuration.publicOrigin().isSecure() && !local) {
            warnings.add("public-url is " + configuration.publicOrigin()
                    + ": over plain http everybody on the way can read and take over sessions. Use https, except on a"
                    + " network of your own.");
        }
        if (configuration.transports().contains(Transport.COOKIE)
                && settings.get(SettingsTable.COOKIE_THIRD_PARTY) == SettingsTable.Risk.ACCEPTED) {
            warnings.add(
                    "cookie.third-party is accepted: in Safari, and in Chrome where people block third-party cookies,"
                            + " nobody stays signed in.");
        }
        if (keepsSessionsInMemory()) {
            warnings.add("sessions is memory: everybody is signed out when this process ends.");
        }
        settings.get(SettingsTable.MANAGEMENT_LISTEN)
                .filter(listen -> !Hosts.isLoopback(listen.host()))
                .ifPresent(listen -> warnings.add("management.listen is " + listen
                        + ": whoever reaches that address reads the metrics. Keep it on a private network."));
        return List.copyOf(warnings);
    }

    /** Whether another process can't see the sessions. */
    public boolean keepsSessionsInMemory() {
        return settings.get(SettingsTable.SESSIONS).fold(() -> true, () -> false, redis -> false);
    }

    /**
     * What a PostgreSQL tells every node of, unless its address insists: every write only where this node keeps sessions of it
     * near at hand.
     */
    Tells tells() {
        return tells(settings);
    }

    private static Tells tells(Settings settings) {
        boolean inDatabase = settings.get(SettingsTable.SESSIONS).fold(() -> false, () -> true, redis -> false);
        boolean near = settings.get(SettingsTable.NEAR_CACHE_SESSIONS).isPresent();
        return inDatabase && near ? Tells.EVERY_WRITE : Tells.ENDINGS;
    }

    private static boolean database(Settings settings) {
        try {
            return SqlDatabase.tellsOfEveryWrite(settings.get(SettingsTable.DATABASE_URL), tells(settings));
        } catch (DatabaseSetupException e) {
            String why = String.valueOf(e.getMessage());
            throw MisconfigurationException.because(Character.toUpperCase(why.charAt(0)) + why.substring(1) + ".", "");
        }
    }

    /** Whether sessions are kept near at hand: only where one node hears of what another writes. */
    private static boolean near(Settings settings) {
        if (settings.get(SettingsTable.NEAR_CACHE_SESSIONS).isEmpty()) {
            return false;
        }
        boolean tells = settings.get(SettingsTable.SESSIONS)
                .fold(
                        () -> {
                            throw MisconfigurationException.because(
                                    "Sessions are in this process's memory already (sessions: memory).",
                                    "Take near-cache.sessions away.");
                        },
                        () -> tellsOfEveryWrite(settings),
                        redis -> true);
        if (!tells) {
            throw MisconfigurationException.because(
                    "The store of sessions does not tell one node what another writes: ended sessions would be let in.",
                    "Take near-cache.sessions away, or keep sessions in Redis, or in PostgreSQL without signals=endings.");
        }
        return true;
    }

    /** An address that can't be read is refused by itself. */
    private static boolean tellsOfEveryWrite(Settings settings) {
        try {
            return database(settings);
        } catch (MisconfigurationException e) {
            return true;
        }
    }

    private static Duration throughOutage(Settings settings) {
        Duration longest = settings.get(SettingsTable.NEAR_CACHE_THROUGH_OUTAGE);
        if (!longest.isZero() && settings.get(SettingsTable.NEAR_CACHE_SESSIONS).isEmpty()) {
            throw MisconfigurationException.because(
                    "There is no near-cache to read from.",
                    "Set near-cache.sessions too, or take near-cache.through-outage away.");
        }
        if (longest.compareTo(NearCachePolicy.LONGEST_OUTAGE) > 0) {
            throw MisconfigurationException.because(
                    "It is longer than a minute: what was ended elsewhere would be read for so long.",
                    "Write 60s or less; 0ms is never.");
        }
        return longest;
    }

    /** Who waits longer has long given up. */
    private static Duration storePatience(Settings settings) {
        Duration longest = settings.get(SettingsTable.LIMITS_STORE_PATIENCE);
        if (longest.compareTo(MOST_STORE_PATIENCE) > 0) {
            throw MisconfigurationException.because(
                    "Requests would pile up in front of a slow store for longer than a minute.", "Write 60s or less.");
        }
        return longest;
    }

    private static Duration purgeEvery(Settings settings) {
        Duration every = settings.get(SettingsTable.SESSION_PURGE_EVERY);
        if (every.compareTo(LEAST_PURGE_EVERY) < 0) {
            throw MisconfigurationException.because(
                    "The store would be asked all the time what there is to delete.",
                    "Write 1s or more; 5m suits most.");
        }
        return every;
    }

    private static JettyLimits limits(Settings settings) {
        return new JettyLimits(
                settings.get(SettingsTable.LIMITS_HEADER_SIZE),
                settings.get(SettingsTable.LIMITS_URL_SIZE),
                settings.get(SettingsTable.LIMITS_BODY_SIZE),
                settings.get(SettingsTable.LIMITS_IDLE),
                settings.get(SettingsTable.LIMITS_PATIENCE),
                settings.get(SettingsTable.LIMITS_LEAST_RATE),
                settings.get(SettingsTable.LIMITS_CONNECTIONS),
                settings.get(SettingsTable.LIMITS_THREADS),
                settings.get(SettingsTable.LIMITS_STOP_WITHIN));
    }

    /** Streams stay open: what they hold, nobody else gets. */
    private static int streams(Settings settings) {
        int streams = settings.get(SettingsTable.EVENTS_MOST);
        int connections = settings.get(SettingsTable.LIMITS_CONNECTIONS);
        if (streams > connections / 2) {
            throw MisconfigurationException.because(
                    "Event streams could take " + streams + " of " + connections
                            + " connections (limits.connections), and leave too few to everything else.",
                    "Set events.most to " + Math.max(1, connections / 2) + " or less, or limits.connections to "
                            + 2L * streams + " or more.");
        }
        return streams;
    }

    private static HashingPolicy hashing(Settings settings) {
        int bytes = settings.get(SettingsTable.PASSWORD_MEMORY);
        if (bytes < 7 * 1024 * 1024) {
            throw MisconfigurationException.because(
                    "Hashes of less than 7 MiB are guessed too fast.", "Write 19MiB, or at least 7MiB.");
        }
        Argon2Cost cost = new Argon2Cost(
                bytes / 1024,
                settings.get(SettingsTable.PASSWORD_ITERATIONS),
                settings.get(SettingsTable.PASSWORD_PARALLELISM));
        HashingPolicy policy = HashingPolicy.DEFAULT.withCost(cost);
        return settings.get(SettingsTable.PASSWORD_AT_ONCE)
                .map(policy::withAtOnce)
                .orElse(policy);
    }

    private static Optional<RedisAddress> redis(Settings settings) {
        return settings.get(SettingsTable.SESSIONS)
                .fold(Optional::empty, Optional::empty, address -> Optional.of(RedisAddress.of(address)));
    }
}
