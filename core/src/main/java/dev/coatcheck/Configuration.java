package dev.coatcheck;

import dev.coatcheck.cors.CorsPolicy;
import dev.coatcheck.csrf.ForgeryPolicy;
import dev.coatcheck.http.TrustedProxies;
import dev.coatcheck.session.AttributeLimits;
import dev.coatcheck.session.EventPolicy;
import dev.coatcheck.session.SessionPolicy;
import dev.coatcheck.session.Transport;
import dev.coatcheck.session.ValueCodec;
import dev.coatcheck.settings.Blame;
import dev.coatcheck.settings.MisconfigurationException;
import dev.coatcheck.settings.Settings;
import dev.coatcheck.settings.SettingsTable;
import dev.coatcheck.settings.SettingsTable.Risk;
import dev.coatcheck.site.Origin;
import dev.coatcheck.store.BoundedStore;
import dev.coatcheck.store.PerUserLimit;
import dev.coatcheck.store.SessionStore;
import dev.coatcheck.token.KeyRing;
import dev.coatcheck.token.RotationPolicy;
import dev.coatcheck.transport.CookiePolicy;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The pipeline's policies as settings say them, every one validated: what can't work in a browser is refused with the line
 * that says it.
 *
 * @param publicOrigin the API's own origin
 * @param apps the origins of the apps
 * @param transports how tickets may travel
 * @param cookie what is wanted of the cookie
 * @param cookiePolicy what the cookie will be
 */
public record Configuration(
        Origin publicOrigin,
        Set<Origin> apps,
        Set<Transport> transports,
        CookiePolicy.Wishes cookie,
        CookiePolicy cookiePolicy,
        CorsPolicy cors,
        ForgeryPolicy forgery,
        SessionPolicy sessions,
        RotationPolicy rotation,
        AttributeLimits limits,
        BoundedStore.Bounds storeBounds,
        PerUserLimit perUser,
        int visitorsPerAddress,
        Set<String> survivors,
        TrustedProxies proxies,
        EventPolicy events) {

    public Configuration {
        apps = Set.copyOf(apps);
        transports = Set.copyOf(transports);
        survivors = Set.copyOf(survivors);
    }

    /** The policies. @throws dev.coatcheck.settings.InvalidSettingsException with everything that can't be */
    public static Configuration of(Settings settings) {
        Blame blame = Blame.of(settings);
        Configuration made = of(settings, blame);
        blame.throwIfAny();
        return made;
    }

    /** The same, noting what can't be instead of throwing it. */
    public static Configuration of(Settings settings, Blame blame) {
        Set<Transport> transports = blame.make(Configuration::transports, SettingsTable.TRANSPORTS);
        return new Configuration(
                publicOrigin(settings),
                Set.copyOf(settings.get(SettingsTable.APPS)),
                transports,
                wishes(settings),
                blame.make(
                        Configuration::cookiePolicy,
                        SettingsTable.COOKIE_NAME,
                        SettingsTable.COOKIE_DOMAIN,
                        SettingsTable.COOKIE_PATH,
                        SettingsTable.COOKIE_SAME_SITE,
                        SettingsTable.APPS,
                        SettingsTable.PUBLIC_URL,
                        SettingsTable.TRANSPORTS),
                blame.make(
                        Configuration::cors,
                        SettingsTable.CORS_HEADERS,
                        SettingsTable.CORS_METHODS,
                        SettingsTable.CORS_EXPOSED,
                        SettingsTable.CORS_MAX_AGE),
                blame.make(
                        Configuration::forgery,
                        SettingsTable.CSRF_HEADERS,
                        SettingsTable.CSRF_ANSWER_HEADER,
                        SettingsTable.CSRF_COOKIE,
                        SettingsTable.CSRF_MODE),
                blame.make(
                        Configuration::sessions,
                        SettingsTable.SESSION_IDLE,
                        SettingsTable.SESSION_ABSOLUTE,
                        SettingsTable.SESSION_TOUCH_EVERY,
                        SettingsTable.SESSION_ANONYMOUS_IDLE),
                blame.make(
                        Configuration::rotation,
                        SettingsTable.ROTATION_GRACE,
                        SettingsTable.ROTATION_UNSEEN_GRACE,
                        SettingsTable.ROTATION_EVERY,
                        SettingsTable.ROTATION_STEPS),
                blame.make(
                        set -> new AttributeLimits(
                                set.get(SettingsTable.SESSION_VALUE_SIZE),
                                set.get(SettingsTable.SESSION_ATTRIBUTES),
                                set.get(SettingsTable.SESSION_SIZE)),
                        SettingsTable.SESSION_VALUE_SIZE,
                        SettingsTable.SESSION_SIZE,
                        SettingsTable.SESSION_ATTRIBUTES),
                BoundedStore.Bounds.DEFAULT
                        .withAtOnce(settings.get(SettingsTable.LIMITS_STORE_CALLS))
                        .withPatience(settings.get(SettingsTable.LIMITS_STORE_PATIENCE)),
                new PerUserLimit(
                        settings.get(SettingsTable.SESSION_PER_USER),
                        settings.get(SettingsTable.SESSION_PER_USER_POLICY)),
                settings.get(SettingsTable.SESSION_ANONYMOUS_PER_ADDRESS),
                Set.copyOf(settings.get(SettingsTable.SESSION_SURVIVORS)),
                TrustedProxies.of(settings.get(SettingsTable.PROXIES_TRUSTED)),
                blame.make(
                        Configuration::events,
                        SettingsTable.EVENTS_HEARTBEAT,
                        SettingsTable.EVENTS_WARN_AHEAD,
                        SettingsTable.EVENTS_PER_SESSION,
                        SettingsTable.EVENTS_PER_USER,
                        SettingsTable.EVENTS_PER_ADDRESS,
                        SettingsTable.EVENTS_MOST));
    }

    /** Begins a pipeline with these policies. */
    public Coatcheck.Builder pipeline(SessionStore store, KeyRing keys, ValueCodec codec) {
        return Coatcheck.on(publicOrigin, store, keys, codec)
                .apps(apps)
                .transports(transports)
                .cookie(cookie)
                .cors(cors)
                .forgery(forgery)
                .sessions(sessions)
                .rotation(rotation)
                .limits(limits)
                .storeBounds(storeBounds)
                .perUser(perUser)
                .visitorsPerAddress(visitorsPerAddress)
                .survivors(survivors)
                .proxies(proxies);
    }

    private static Origin publicOrigin(Settings settings) {
        return settings.get(SettingsTable.PUBLIC_URL).orElseGet(() -> {
            int port = settings.get(SettingsTable.LISTEN).port();
            return Origin.parse("http://localhost:" + port).orElseThrow();
        });
    }

    private static Set<Transport> transports(Settings settings) {
        Set<Transport> wanted = Set.copyOf(settings.get(SettingsTable.TRANSPORTS));
        if (wanted.isEmpty()) {
            throw MisconfigurationException.because(
                    "Without a transport nobody can sign in.", "Write cookie, bearer or both.");
        }
        return wanted;
    }

    private static CookiePolicy.Wishes wishes(Settings settings) {
        return new CookiePolicy.Wishes(
                settings.get(SettingsTable.COOKIE_NAME),
                settings.get(SettingsTable.COOKIE_DOMAIN),
                Optional.of(settings.get(SettingsTable.COOKIE_PATH)),
                settings.get(SettingsTable.COOKIE_SAME_SITE),
                settings.get(SettingsTable.COOKIE_PERSISTENT),
                settings.get(SettingsTable.COOKIE_DOMAIN_RISK) == Risk.ACCEPTED,
                settings.get(SettingsTable.COOKIE_THIRD_PARTY) == Risk.ACCEPTED);
    }

    private static CookiePolicy cookiePolicy(Settings settings) {
        boolean cookies = settings.get(SettingsTable.TRANSPORTS).contains(Transport.COOKIE);
        return CookiePolicy.forTopology(
                publicOrigin(settings), cookies ? settings.get(SettingsTable.APPS) : List.of(), wishes(settings));
    }

    private static CorsPolicy cors(Settings settings) {
        return CorsPolicy.DEFAULT
                .withMoreHeaders(settings.get(SettingsTable.CSRF_HEADERS))
                .withMoreHeaders(settings.get(SettingsTable.CORS_HEADERS))
                .withMoreMethods(settings.get(SettingsTable.CORS_METHODS))
                .withMoreExposed(List.of(settings.get(SettingsTable.CSRF_ANSWER_HEADER)))
                .withMoreExposed(settings.get(SettingsTable.CORS_EXPOSED))
                .withMaxAge(settings.get(SettingsTable.CORS_MAX_AGE));
    }

    private static ForgeryPolicy forgery(Settings settings) {
        if (settings.get(SettingsTable.CSRF_HEADERS).isEmpty()
                && settings.get(SettingsTable.CSRF_MODE) == ForgeryPolicy.Mode.TOKEN) {
            throw MisconfigurationException.because(
                    "Without a header no request can carry a CSRF token.",
                    "Name a header, or write csrf.mode: origin-only.");
        }
        return new ForgeryPolicy(
                settings.get(SettingsTable.CSRF_MODE),
                settings.get(SettingsTable.CSRF_HEADERS),
                settings.get(SettingsTable.CSRF_ANSWER_HEADER),
                settings.get(SettingsTable.CSRF_COOKIE));
    }

    private static SessionPolicy sessions(Settings settings) {
        return new SessionPolicy(
                settings.get(SettingsTable.SESSION_IDLE),
                settings.get(SettingsTable.SESSION_ABSOLUTE),
                settings.get(SettingsTable.SESSION_TOUCH_EVERY),
                settings.get(SettingsTable.SESSION_ANONYMOUS_IDLE));
    }

    private static EventPolicy events(Settings settings) {
        Duration heartbeat = settings.get(SettingsTable.EVENTS_HEARTBEAT);
        if (heartbeat.compareTo(EventPolicy.DEFAULT.heartbeat()) > 0) {
            throw MisconfigurationException.because(
                    "Event streams would be silent for " + heartbeat.toSeconds()
                            + " s: the client takes one that is silent for 45 s as dead, and three heartbeats have to fit.",
                    "Write 15s or less.");
        }
        return new EventPolicy(
                heartbeat,
                settings.get(SettingsTable.EVENTS_WARN_AHEAD),
                settings.get(SettingsTable.EVENTS_PER_SESSION),
                settings.get(SettingsTable.EVENTS_PER_USER),
                settings.get(SettingsTable.EVENTS_PER_ADDRESS),
                settings.get(SettingsTable.EVENTS_MOST));
    }

    private static RotationPolicy rotation(Settings settings) {
        return new RotationPolicy(
                settings.get(SettingsTable.ROTATION_GRACE),
                settings.get(SettingsTable.ROTATION_UNSEEN_GRACE),
                settings.get(SettingsTable.ROTATION_STEPS),
                settings.get(SettingsTable.ROTATION_EVERY));
    }
}
