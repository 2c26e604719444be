package dev.coatcheck.settings;

import dev.coatcheck.csrf.ForgeryPolicy;
import dev.coatcheck.session.AttributeLimits;
import dev.coatcheck.session.EventPolicy;
import dev.coatcheck.session.SessionPolicy;
import dev.coatcheck.session.Transport;
import dev.coatcheck.site.Origin;
import dev.coatcheck.site.SameSite;
import dev.coatcheck.store.BoundedStore;
import dev.coatcheck.store.PerUserLimit;
import dev.coatcheck.token.RotationPolicy;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The one table of settings. Parser, defaults, {@code --help-settings} and docs/configuration.md are made from it.
 *
 * <p>Defaults that a policy has are taken from the policy.
 */
public final class SettingsTable {
    /** Where the server accepts connections. */
    public static final Setting<ListenAddress> LISTEN = Setting.of(
            "listen",
            Shapes.LISTEN,
            new ListenAddress("127.0.0.1", 8080),
            "Address and port that the server accepts connections on.");

    /** What browsers call the API. */
    public static final Setting<Optional<Origin>> PUBLIC_URL = Setting.of(
                    "public-url",
                    Shapes.ORIGIN.orWord("local"),
                    Optional.empty(),
                    "The API's own origin as browsers see it, in front of every proxy. The word local stands for"
                            + " http://localhost and the port of listen.")
            .whoseDefaultIs("local");

    /** Whose pages may use the API. */
    public static final Setting<List<Origin>> APPS = Setting.of(
            "apps",
            Shapes.ORIGIN.list(),
            List.of(),
            "The origins of the pages that use the API from another origin, exactly as browsers send them.");

    /** Where the HTTP API stands. */
    public static final Setting<String> BASE_PATH =
            Setting.of("base-path", Shapes.PATH, "/auth", "The path below which the HTTP API stands.");

    /** How tickets travel. */
    public static final Setting<List<Transport>> TRANSPORTS = Setting.of(
            "transports",
            Shapes.oneOf(Transport.class).list(),
            List.of(Transport.COOKIE, Transport.BEARER),
            "How tickets may travel. Without cookie, no cookie is set or read, and apps may stand on any site.");

    /** Accounts, throttle and, by default, sessions. */
    public static final Setting<String> DATABASE_URL = Setting.of(
                    "database.url",
                    Shapes.DATABASE_URL,
                    "sqlite:data/coatcheck.db",
                    "The database of accounts and, unless sessions says otherwise, of sessions: a file of SQLite's, whose"
                            + " relative name starts at the working directory, a PostgreSQL, a MariaDB or a MySQL. At the end of a"
                            + " server's address may stand ?pool=10&sslmode=verify-full&sslrootcert=FILE, and with"
                            + " PostgreSQL signals=all or endings: what it tells other nodes of, in place of what"
                            + " near-cache.sessions calls for.")
            .secret();

    public static final Setting<Optional<String>> DATABASE_PASSWORD = Setting.of(
                    "database.password",
                    Shapes.PASSWORD.orWord("none"),
                    Optional.empty(),
                    "The password for the database, in place of one in its address. From the environment alone.")
            .secret()
            .environmentOnly();

    /** Where sessions are kept. */
    public static final Setting<SessionsPlace> SESSIONS = Setting.of(
                    "sessions",
                    Shapes.SESSIONS,
                    new SessionsPlace.Database(),
                    "Where sessions are kept: memory (they end with the process), database, or a Redis or Valkey. At the end of"
                            + " a rediss:// address may stand ?sslrootcert=FILE, with the certificates (PEM) to trust in"
                            + " place of Java's.")
            .secret();

    /** How many sessions a node keeps in its own memory. */
    public static final Setting<Optional<Integer>> NEAR_CACHE_SESSIONS = Setting.of(
                    "near-cache.sessions",
                    Shapes.number(1, 10_000_000).orWord("off"),
                    Optional.empty(),
                    "How many sessions each node keeps in its memory, to read them without a store call: only for stores"
                            + " that tell all nodes of every write. What is kept is believed for at most 800 ms after the"
                            + " store last answered.")
            .whoseDefaultIs("off");

    public static final Setting<Integer> NEAR_CACHE_MEMORY = Setting.of(
            "near-cache.memory",
            Shapes.SIZE,
            32 * 1024 * 1024,
            "How much memory the attributes of those sessions may take.");

    public static final Setting<Duration> NEAR_CACHE_THROUGH_OUTAGE = Setting.of(
            "near-cache.through-outage",
            Shapes.DURATION,
            Duration.ZERO,
            "While the store is silent, GET and HEAD of the application may read what the near-cache last knew, for at most"
                    + " so long after it was last proven fresh; such answers say Coatcheck-Session: stale. A session that is"
                    + " ended meanwhile elsewhere may be read for so long. 0ms is never, 60s the most.");

    public static final Setting<Duration> SESSION_IDLE = Setting.of(
            "session.idle",
            Shapes.DURATION,
            SessionPolicy.DEFAULT.idle(),
            "A session ends when nothing was asked for so long.");

    public static final Setting<Duration> SESSION_ABSOLUTE = Setting.of(
            "session.absolute",
            Shapes.DURATION,
            SessionPolicy.DEFAULT.absolute(),
            "A session ends so long after sign-in, whatever happens. At most 400d.");

    public static final Setting<Duration> SESSION_TOUCH_EVERY = Setting.of(
            "session.touch-every",
            Shapes.DURATION,
            SessionPolicy.DEFAULT.touchEvery(),
            "Last-seen is written at most this often. At most half of session.idle.");

    public static final Setting<Duration> SESSION_ANONYMOUS_IDLE = Setting.of(
            "session.anonymous-idle",
            Shapes.DURATION,
            SessionPolicy.DEFAULT.anonymousIdle(),
            "The idle timeout of a session that nobody signed in to.");

    public static final Setting<Integer> SESSION_ANONYMOUS_PER_ADDRESS = Setting.of(
            "session.anonymous-per-address",
            Shapes.number(1, 10_000_000),
            1_000,
            "How many sessions that nobody signed in to one client address (IPv6: one /64) may begin on a node within"
                    + " session.anonymous-idle; beyond, 429. An office may share an address.");

    public static final Setting<Integer> SESSION_PER_USER = Setting.of(
            "session.per-user",
            Shapes.number(1, 10_000),
            PerUserLimit.DEFAULT.most(),
            "How many living sessions one user may have.");

    public static final Setting<PerUserLimit.Policy> SESSION_PER_USER_POLICY = Setting.of(
            "session.per-user-policy",
            Shapes.oneOf(PerUserLimit.Policy.class),
            PerUserLimit.DEFAULT.policy(),
            "What happens to the one too many: end-oldest ends the session seen longest ago, refuse refuses the sign-in.");

    public static final Setting<List<String>> SESSION_SURVIVORS = Setting.of(
            "session.survivors",
            Shapes.ATTRIBUTE.list(),
            List.of(),
            "The attributes that a visitor keeps across a sign-in: a basket, a language.");

    public static final Setting<Integer> SESSION_VALUE_SIZE = Setting.of(
            "session.value-size",
            Shapes.SIZE,
            AttributeLimits.DEFAULT.valueBytes(),
            "How large one attribute's JSON text may be.");

    public static final Setting<Integer> SESSION_ATTRIBUTES = Setting.of(
            "session.attributes",
            Shapes.number(1, 10_000),
            AttributeLimits.DEFAULT.attributes(),
            "How many attributes a session may hold.");

    public static final Setting<Integer> SESSION_SIZE = Setting.of(
            "session.size",
            Shapes.SIZE,
            AttributeLimits.DEFAULT.totalBytes(),
            "How large all attributes of a session may be together.");

    public static final Setting<Duration> SESSION_PURGE_EVERY = Setting.of(
            "session.purge-every",
            Shapes.DURATION,
            Duration.ofMinutes(5),
            "How often sessions that ended a day ago or earlier are deleted, in small batches.");

    public static final Setting<Duration> EVENTS_HEARTBEAT = Setting.of(
            "events.heartbeat",
            Shapes.DURATION,
            EventPolicy.DEFAULT.heartbeat(),
            "How often an event stream says that it is alive, and its session is looked at in the store, in case that news"
                    + " of it got lost. At most 15s: the client takes a stream as dead that is silent for 45 s.");

    public static final Setting<Duration> EVENTS_WARN_AHEAD = Setting.of(
            "events.warn-ahead",
            Shapes.DURATION,
            EventPolicy.DEFAULT.warnAhead(),
            "How long before its deadline a session is told to be expiring; at most a quarter of its idle timeout.");

    public static final Setting<Integer> EVENTS_PER_SESSION = Setting.of(
            "events.per-session",
            Shapes.number(1, 10_000),
            EventPolicy.DEFAULT.perSession(),
            "How many event streams one session may have open on a node; beyond, 429. The same for the next three.");

    public static final Setting<Integer> EVENTS_PER_USER = Setting.of(
            "events.per-user",
            Shapes.number(1, 100_000),
            EventPolicy.DEFAULT.perUser(),
            "How many event streams all sessions of one user may have open.");

    public static final Setting<Integer> EVENTS_PER_ADDRESS = Setting.of(
            "events.per-address",
            Shapes.number(1, 1_000_000),
            EventPolicy.DEFAULT.perAddress(),
            "How many event streams one client address (IPv6: one /64) may have open. An office may share one.");

    public static final Setting<Integer> EVENTS_MOST = Setting.of(
            "events.most",
            Shapes.number(1, 1_000_000),
            EventPolicy.DEFAULT.most(),
            "How many event streams may be open in all. Each holds one of limits.connections; at most half of those.");

    public static final Setting<Optional<String>> COOKIE_NAME = Setting.of(
                    "cookie.name",
                    Shapes.TOKEN.orWord("auto"),
                    Optional.empty(),
                    "The session cookie's name. auto is __Host-coatcheck over https, __Secure-coatcheck with a domain or"
                            + " path, coatcheck over http.")
            .whoseDefaultIs("auto");

    public static final Setting<Optional<String>> COOKIE_DOMAIN = Setting.of(
            "cookie.domain",
            Shapes.HOST.orWord("none"),
            Optional.empty(),
            "The cookie's Domain: none keeps it to the API's host. Another value needs cookie.domain-risk: accepted.");

    public static final Setting<String> COOKIE_PATH =
            Setting.of("cookie.path", Shapes.COOKIE_PATH, "/", "The cookie's Path.");

    public static final Setting<Optional<SameSite>> COOKIE_SAME_SITE = Setting.of(
                    "cookie.same-site",
                    Shapes.oneOf(SameSite.class).orWord("auto"),
                    Optional.empty(),
                    "The cookie's SameSite attribute: auto is lax where all apps share the API's site.")
            .whoseDefaultIs("auto");

    public static final Setting<Boolean> COOKIE_PERSISTENT = Setting.of(
            "cookie.persistent",
            Shapes.YES_NO,
            false,
            "Whether the cookie outlives the browser, up to the session's absolute end.");

    public static final Setting<Risk> COOKIE_DOMAIN_RISK = Setting.of(
            "cookie.domain-risk",
            Shapes.oneOf(Risk.class),
            Risk.REFUSED,
            "A cookie with a domain is sent to, and can be overwritten by, every host below it: accepted says that you"
                    + " know.");

    public static final Setting<Risk> COOKIE_THIRD_PARTY = Setting.of(
            "cookie.third-party",
            Shapes.oneOf(Risk.class),
            Risk.REFUSED,
            "A cookie for an app on another site is dropped by Safari and many Chromes: accepted says that you know.");

    public static final Setting<Duration> ROTATION_GRACE = Setting.of(
            "rotation.grace",
            Shapes.DURATION,
            RotationPolicy.DEFAULT.grace(),
            "How long a rotated-out ticket is still good, from the first presentation of its successor.");

    public static final Setting<Duration> ROTATION_UNSEEN_GRACE = Setting.of(
            "rotation.unseen-grace",
            Shapes.DURATION,
            RotationPolicy.DEFAULT.unseenGrace(),
            "How long a rotated-out cookie is good while its successor was never presented: the answer may be lost.");

    public static final Setting<Integer> ROTATION_STEPS = Setting.of(
            "rotation.steps",
            Shapes.number(1, RotationPolicy.DEFAULT.mostSteps()),
            RotationPolicy.DEFAULT.mostSteps(),
            "How many generations back a ticket may be.");

    public static final Setting<Optional<Duration>> ROTATION_EVERY = Setting.of(
            "rotation.every",
            Shapes.DURATION.orWord("never"),
            RotationPolicy.DEFAULT.every(),
            "How often a cookie's ticket is rotated without being asked.");

    public static final Setting<ForgeryPolicy.Mode> CSRF_MODE = Setting.of(
            "csrf.mode",
            Shapes.oneOf(ForgeryPolicy.Mode.class),
            ForgeryPolicy.DEFAULT.mode(),
            "token asks for a CSRF token beside the origin check; origin-only does not.");

    public static final Setting<Optional<String>> CSRF_COOKIE = Setting.of(
            "csrf.cookie",
            Shapes.TOKEN.orWord("none"),
            ForgeryPolicy.DEFAULT.readableCookie(),
            "The cookie, readable by scripts of the API's own host, that hands the CSRF token out as well.");

    public static final Setting<List<String>> CSRF_HEADERS = Setting.of(
            "csrf.headers",
            Shapes.TOKEN.list(),
            ForgeryPolicy.DEFAULT.headers(),
            "The request headers that may carry the CSRF token, any of them.");

    public static final Setting<String> CSRF_ANSWER_HEADER = Setting.of(
            "csrf.answer-header",
            Shapes.TOKEN,
            ForgeryPolicy.DEFAULT.answerHeader(),
            "The answer's header that hands the CSRF token out.");

    public static final Setting<List<String>> CORS_HEADERS = Setting.of(
            "cors.headers",
            Shapes.TOKEN.list(),
            List.of(),
            "Request headers that apps may send, beyond Accept, Authorization, Content-Type, X-Requested-With and those"
                    + " of csrf.headers.");

    public static final Setting<List<String>> CORS_METHODS = Setting.of(
            "cors.methods",
            Shapes.TOKEN.list(),
            List.of(),
            "Methods that apps may use, beyond GET, HEAD, POST, PUT, PATCH and DELETE.");

    public static final Setting<List<String>> CORS_EXPOSED = Setting.of(
            "cors.exposed",
            Shapes.TOKEN.list(),
            List.of(),
            "Answer headers that apps may read, beyond Retry-After, WWW-Authenticate, Location and that of"
                    + " csrf.answer-header.");

    public static final Setting<Duration> CORS_MAX_AGE = Setting.of(
            "cors.max-age",
            Shapes.DURATION,
            Duration.ofMinutes(10),
            "How long a browser may remember a preflight. Chromium caps it at 2h.");

    public static final Setting<List<String>> PROXIES_TRUSTED = Setting.of(
            "proxies.trusted", Shapes.NETWORK.list(), List.of(), "The proxies whose X-Forwarded-For is believed.");

    public static final Setting<String> KEYS_FILE = Setting.of(
            "keys.file",
            Shapes.FILE,
            "data/keys",
            "The key ring's file, made at the first start for its owner alone. Every node of one installation needs the"
                    + " same.");

    public static final Setting<Optional<String>> KEYS_WRAPPING_KEY = Setting.of(
                    "keys.wrapping-key",
                    Shapes.WRAPPING_KEY.orWord("none"),
                    Optional.empty(),
                    "A key that the key ring's file is encrypted with (AES-256-GCM), so that the file alone opens"
                            + " nothing. From the environment alone.")
            .secret()
            .environmentOnly();

    public static final Setting<Integer> PASSWORD_MEMORY = Setting.of(
            "password.memory", Shapes.SIZE, 19 * 1024 * 1024, "Argon2id: memory of one hash. At least 7MiB.");

    public static final Setting<Integer> PASSWORD_ITERATIONS =
            Setting.of("password.iterations", Shapes.number(1, 100), 2, "Argon2id: passes over the memory.");

    public static final Setting<Integer> PASSWORD_PARALLELISM =
            Setting.of("password.parallelism", Shapes.number(1, 16), 1, "Argon2id: lanes.");

    public static final Setting<Optional<Integer>> PASSWORD_AT_ONCE = Setting.of(
                    "password.at-once",
                    Shapes.number(1, 256).orWord("auto"),
                    Optional.empty(),
                    "How many passwords are hashed at the same time; auto is the number of processors.")
            .whoseDefaultIs("auto");

    public static final Setting<Integer> LIMITS_HEADER_SIZE = Setting.of(
            "limits.header-size",
            Shapes.SIZE,
            16 * 1024,
            "How large a request's header lines may be together; beyond it 431.");

    public static final Setting<Integer> LIMITS_URL_SIZE =
            Setting.of("limits.url-size", Shapes.SIZE, 8 * 1024, "How long a request's target may be; beyond it 414.");

    public static final Setting<Integer> LIMITS_BODY_SIZE = Setting.of(
            "limits.body-size", Shapes.SIZE, 10 * 1024 * 1024, "How large a request's body may be; beyond it 413.");

    public static final Setting<Integer> LIMITS_CONNECTIONS = Setting.of(
            "limits.connections",
            Shapes.number(1, 1_000_000),
            10_000,
            "How many connections may be open at the same time; beyond, new ones wait and silent ones are closed sooner.");

    public static final Setting<Integer> LIMITS_THREADS = Setting.of(
            "limits.threads",
            Shapes.number(8, 10_000),
            200,
            "How many threads answer requests, on JDKs without virtual threads.");

    public static final Setting<Duration> LIMITS_IDLE = Setting.of(
            "limits.idle",
            Shapes.DURATION,
            Duration.ofSeconds(60),
            "A connection on which nothing moves is closed after this time.");

    public static final Setting<Duration> LIMITS_PATIENCE = Setting.of(
            "limits.patience",
            Shapes.DURATION,
            Duration.ofSeconds(20),
            "How long a client may be waited for in all, during one request, before its rate counts.");

    public static final Setting<Integer> LIMITS_LEAST_RATE = Setting.of(
            "limits.least-rate",
            Shapes.SIZE,
            500,
            "How much a client must then have sent or taken a second while it was waited for: slow ones can't hold the"
                    + " server.");

    public static final Setting<Integer> LIMITS_STORE_CALLS = Setting.of(
            "limits.store-calls",
            Shapes.number(1, 100_000),
            BoundedStore.Bounds.DEFAULT.atOnce(),
            "How many calls of the session store may be under way at the same time; a quarter more for sign-outs. Four times as"
                    + " many may wait; beyond that 503.");

    public static final Setting<Duration> LIMITS_STORE_PATIENCE = Setting.of(
            "limits.store-patience",
            Shapes.DURATION,
            BoundedStore.Bounds.DEFAULT.patience(),
            "How long a call may wait for its turn at the session store; then 503.");

    public static final Setting<Duration> LIMITS_STOP_WITHIN = Setting.of(
            "limits.stop-within",
            Shapes.DURATION,
            Duration.ofMillis(1500),
            "How long requests in flight may take to finish when the server is stopped.");

    public static final Setting<LogLevel> LOG_LEVEL = Setting.of(
            "log.level",
            Shapes.oneOf(LogLevel.class),
            LogLevel.INFO,
            "What is logged: this level and the graver ones.");

    /** Where metrics are told. */
    public static final Setting<Optional<ListenAddress>> MANAGEMENT_LISTEN = Setting.of(
                    "management.listen",
                    Shapes.LISTEN.orWord("off"),
                    Optional.empty(),
                    "Address and port of /metrics, for Prometheus. Nobody is asked who they are there: keep it on a"
                            + " loopback or private address, such as 127.0.0.1:9464.")
            .whoseDefaultIs("off");

    public static final Setting<LogFormat> LOG_FORMAT = Setting.of(
            "log.format",
            Shapes.oneOf(LogFormat.class),
            LogFormat.TEXT,
            "text is one line for a person, json one object per line for a machine.");

    /** The table as a person reads it. */
    public static final List<Section> SECTIONS = List.of(
            new Section("Where it stands", List.of(LISTEN, PUBLIC_URL, APPS, BASE_PATH, TRANSPORTS, PROXIES_TRUSTED)),
            new Section(
                    "Where it keeps things",
                    List.of(DATABASE_URL, DATABASE_PASSWORD, SESSIONS, KEYS_FILE, KEYS_WRAPPING_KEY)),
            new Section(
                    "Sessions",
                    List.of(
                            SESSION_IDLE,
                            SESSION_ABSOLUTE,
                            SESSION_TOUCH_EVERY,
                            SESSION_ANONYMOUS_IDLE,
                            SESSION_ANONYMOUS_PER_ADDRESS,
                            SESSION_PER_USER,
                            SESSION_PER_USER_POLICY,
                            SESSION_SURVIVORS,
                            SESSION_VALUE_SIZE,
                            SESSION_ATTRIBUTES,
                            SESSION_SIZE,
                            SESSION_PURGE_EVERY)),
            new Section("Near-cache", List.of(NEAR_CACHE_SESSIONS, NEAR_CACHE_MEMORY, NEAR_CACHE_THROUGH_OUTAGE)),
            new Section(
                    "Events",
                    List.of(
                            EVENTS_HEARTBEAT,
                            EVENTS_WARN_AHEAD,
                            EVENTS_PER_SESSION,
                            EVENTS_PER_USER,
                            EVENTS_PER_ADDRESS,
                            EVENTS_MOST)),
            new Section(
                    "The cookie",
                    List.of(
                            COOKIE_NAME,
                            COOKIE_DOMAIN,
                            COOKIE_PATH,
                            COOKIE_SAME_SITE,
                            COOKIE_PERSISTENT,
                            COOKIE_DOMAIN_RISK,
                            COOKIE_THIRD_PARTY)),
            new Section("Rotation", List.of(ROTATION_GRACE, ROTATION_UNSEEN_GRACE, ROTATION_STEPS, ROTATION_EVERY)),
            new Section("Forgery protection", List.of(CSRF_MODE, CSRF_COOKIE, CSRF_HEADERS, CSRF_ANSWER_HEADER)),
            new Section("CORS", List.of(CORS_HEADERS, CORS_METHODS, CORS_EXPOSED, CORS_MAX_AGE)),
            new Section(
                    "Passwords", List.of(PASSWORD_MEMORY, PASSWORD_ITERATIONS, PASSWORD_PARALLELISM, PASSWORD_AT_ONCE)),
            new Section(
                    "Limits",
                    List.of(
                            LIMITS_HEADER_SIZE,
                            LIMITS_URL_SIZE,
                            LIMITS_BODY_SIZE,
                            LIMITS_CONNECTIONS,
                            LIMITS_THREADS,
                            LIMITS_IDLE,
                            LIMITS_PATIENCE,
                            LIMITS_LEAST_RATE,
                            LIMITS_STORE_CALLS,
                            LIMITS_STORE_PATIENCE,
                            LIMITS_STOP_WITHIN)),
            new Section("Logging", List.of(LOG_LEVEL, LOG_FORMAT)),
            new Section("Management", List.of(MANAGEMENT_LISTEN)));

    private SettingsTable() {}

    /** Every setting, in the order of the sections. */
    public static Stream<Setting<?>> all() {
        return SECTIONS.stream().flatMap(section -> section.settings().stream());
    }

    /** Settings that belong together, under a heading. */
    public record Section(String title, List<Setting<?>> settings) {
        public Section {
            settings = List.copyOf(settings);
        }
    }

    /** Whether a known risk is taken. */
    public enum Risk {
        REFUSED,
        ACCEPTED
    }

    /** How much is logged. */
    public enum LogLevel {
        ERROR,
        WARNING,
        INFO,
        DEBUG,
        TRACE
    }

    /** How a log line is written. */
    public enum LogFormat {
        TEXT,
        JSON
    }
}
