package dev.coatcheck.server.run;

import dev.coatcheck.Authenticator;
import dev.coatcheck.Password;
import dev.coatcheck.accounts.Accounts;
import dev.coatcheck.accounts.Argon2idHasher;
import dev.coatcheck.accounts.PasswordAuthenticator;
import dev.coatcheck.accounts.PasswordHasher;
import dev.coatcheck.accounts.PasswordPolicy;
import dev.coatcheck.accounts.SignInThrottle;
import dev.coatcheck.accounts.ThrottlePolicy;
import dev.coatcheck.accounts.UserAccount;
import dev.coatcheck.accounts.UserStore;
import dev.coatcheck.settings.Settings;
import dev.coatcheck.settings.SettingsTable;
import dev.coatcheck.store.CounterStore;
import dev.coatcheck.store.MemorySessionStore;
import dev.coatcheck.store.SessionStore;
import dev.coatcheck.store.StoreUnavailableException;
import dev.coatcheck.stores.nearcache.NearCachePolicy;
import dev.coatcheck.stores.nearcache.NearCachedStore;
import dev.coatcheck.stores.redis.RedisSessionStore;
import dev.coatcheck.stores.redis.RedisSettings;
import dev.coatcheck.stores.redis.RedisSetupException;
import dev.coatcheck.stores.sql.DatabaseSetupException;
import dev.coatcheck.stores.sql.SqlCounterStore;
import dev.coatcheck.stores.sql.SqlDatabase;
import dev.coatcheck.stores.sql.SqlSessionStore;
import dev.coatcheck.stores.sql.SqlUserStore;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;

/** What an installation keeps: accounts, sessions, and where its keys are. Opened by the server and by the command line alike. */
public final class Installation implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(Installation.class.getName());

    private final Plan plan;
    private final Deque<AutoCloseable> open = new ArrayDeque<>();
    private final PasswordHasher hasher;
    private final UserStore users;
    private final CounterStore counters;
    private final Optional<Metrics> metrics;
    private final SessionStore sessions;

    private Installation(Plan plan) {
        this.plan = plan;
        this.hasher = new Argon2idHasher(plan.hashing());
        this.metrics = plan.settings().get(SettingsTable.MANAGEMENT_LISTEN).map(listen -> new Metrics());
        try {
            SqlDatabase database = keep(SqlDatabase.open(
                    plan.settings().get(SettingsTable.DATABASE_URL),
                    plan.settings().get(SettingsTable.DATABASE_PASSWORD),
                    plan.tells()));
            users = keep(new SqlUserStore(database));
            counters = keep(new SqlCounterStore(database));
            SessionStore kept = keep(sessions(database));
            SessionStore metered = metrics.map(m -> m.metered(kept)).orElse(kept);
            sessions = plan.settings()
                    .get(SettingsTable.NEAR_CACHE_SESSIONS)
                    .<SessionStore>map(most -> nearCached(metered, most))
                    .orElse(metered);
        } catch (DatabaseSetupException | RedisSetupException e) {
            close();
            throw CannotStartException.because(sentence(String.valueOf(e.getMessage())), "", e);
        } catch (StoreUnavailableException e) {
            close();
            throw CannotStartException.because(
                    sentence(String.valueOf(e.getMessage())),
                    "Start the store, or correct the settings database.url and sessions.",
                    e);
        } catch (RuntimeException e) {
            close();
            throw e;
        }
    }

    /** Opens what the plan names. @throws CannotStartException when that can't be */
    public static Installation open(Plan plan) {
        return new Installation(plan);
    }

    private SessionStore sessions(SqlDatabase database) {
        return plan.redis()
                .<SessionStore>map(address -> RedisSessionStore.open(RedisSettings.DEFAULT.withAddress(address)))
                .orElseGet(() -> plan.settings()
                        .get(SettingsTable.SESSIONS)
                        .fold(MemorySessionStore::new, () -> new SqlSessionStore(database), address -> {
                            throw new IllegalStateException("the plan has its address");
                        }));
    }

    private SessionStore nearCached(SessionStore store, int sessions) {
        NearCachePolicy policy = NearCachePolicy.DEFAULT
                .withSessions(sessions)
                .withBytes(plan.settings().get(SettingsTable.NEAR_CACHE_MEMORY))
                .withThroughOutage(plan.settings().get(SettingsTable.NEAR_CACHE_THROUGH_OUTAGE));
        NearCachedStore near = keep(NearCachedStore.over(store, policy));
        metrics.ifPresent(m -> m.watch(near));
        return near;
    }

    /** What is counted, when there is somewhere to ask for it. */
    Optional<Metrics> metrics() {
        return metrics;
    }

    public Plan plan() {
        return plan;
    }

    public UserStore users() {
        return users;
    }

    /** What an administrator does with accounts. */
    public Accounts accounts() {
        return new Accounts(users, hasher, PasswordPolicy.DEFAULT, InstantSource.system());
    }

    /** Whether this is the account's password; counted by no throttle. */
    boolean fits(Password password, UserAccount account) {
        return hasher.fits(password, account.passwordHash());
    }

    /** Who checks names and passwords at sign-in. */
    Authenticator authenticator() {
        return new PasswordAuthenticator(
                users, hasher, new SignInThrottle(ThrottlePolicy.DEFAULT, counters), InstantSource.system());
    }

    /** What throttles have counted, on all nodes of this database. */
    CounterStore counters() {
        return counters;
    }

    public SessionStore sessions() {
        return sessions;
    }

    /** The key ring's file, as the settings have it. */
    public static KeyRingFile keyRing(Settings settings, SecureRandom random) {
        KeyRingFile file = KeyRingFile.at(
                Path.of(settings.get(SettingsTable.KEYS_FILE)), settings.get(SettingsTable.SESSION_ABSOLUTE), random);
        return settings.get(SettingsTable.KEYS_WRAPPING_KEY)
                .map(file::wrappedBy)
                .orElse(file);
    }

    private <T extends AutoCloseable> T keep(T resource) {
        open.push(resource);
        return resource;
    }

    private static String sentence(String message) {
        String start = message.isEmpty() ? "?" : message;
        return Character.toUpperCase(start.charAt(0)) + start.substring(1) + (start.endsWith(".") ? "" : ".");
    }

    /** Commits what waits and lets go of everything, last opened first. */
    @Override
    public void close() {
        while (!open.isEmpty()) {
            try {
                open.pop().close();
            } catch (Exception e) {
                LOG.log(System.Logger.Level.WARNING, "A store did not close cleanly", e);
            }
        }
    }
}
