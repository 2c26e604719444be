package dev.coatcheck;

import dev.coatcheck.cors.Cors;
import dev.coatcheck.cors.CorsDecision;
import dev.coatcheck.cors.CorsPolicy;
import dev.coatcheck.csrf.CsrfTokens;
import dev.coatcheck.csrf.ForgeryPolicy;
import dev.coatcheck.csrf.OriginCheck;
import dev.coatcheck.http.TrustedProxies;
import dev.coatcheck.http.WebRequest;
import dev.coatcheck.http.WebResponse;
import dev.coatcheck.session.AttributeLimits;
import dev.coatcheck.session.SessionEvent;
import dev.coatcheck.session.SessionPolicy;
import dev.coatcheck.session.Transport;
import dev.coatcheck.session.ValueCodec;
import dev.coatcheck.site.CookieHeader;
import dev.coatcheck.site.Origin;
import dev.coatcheck.site.SetCookie;
import dev.coatcheck.store.AttributeName;
import dev.coatcheck.store.BoundedStore;
import dev.coatcheck.store.PerUserLimit;
import dev.coatcheck.store.SessionStore;
import dev.coatcheck.store.StoreUnavailableException;
import dev.coatcheck.store.StoredSession;
import dev.coatcheck.token.KeyRing;
import dev.coatcheck.token.RotationPolicy;
import dev.coatcheck.token.SessionTokens;
import dev.coatcheck.transport.CookiePolicy;
import dev.coatcheck.transport.Presented;
import dev.coatcheck.transport.Transports;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.regex.Pattern;

/**
 * The pipeline: one door that every request goes through, read downwards in {@link #admit}.
 *
 * <p>An adapter translates its framework's request, calls {@code admit}, writes the answer or goes on to the application, and
 * then follows {@link Exchange}. Safe for any number of threads.
 */
public final class Coatcheck {
    /** So many CSRF tokens of a request are looked at. */
    private static final int MOST_TOKENS = 4;

    private final Parts parts;

    private Coatcheck(Parts parts) {
        this.parts = parts;
    }

    /** Begins a configuration; everything has a default but what is named here. @see Builder */
    public static Builder on(Origin publicOrigin, SessionStore store, KeyRing keys, ValueCodec codec) {
        return new Builder(publicOrigin, store, keys, codec);
    }

    /** One request, cheapest check first; no step calls back up. */
    public Admission admit(WebRequest request) {
        CorsDecision origin = parts.cors().decide(request);
        if (origin.answersPreflight()) {
            return new Admission.Answered(origin.preflight());
        }
        Exchange exchange = new Exchange(parts, request, origin);
        try {
            Presented ticket = parts.rules().needsNoSession(request)
                    ? new Presented.Nothing()
                    : parts.transports().ticketIn(request);
            Caller caller = recognise(request, ticket, exchange.now());
            exchange.as(caller, ticket instanceof Presented.InHeader);
            Routes.Match route = parts.routes().match(request);
            Optional<Problem> refusal = forgery(request, ticket, caller, route);
            refusal.ifPresent(exchange::tellRefusal);
            return refusal.or(() -> signInDemanded(request, caller))
                    .map(exchange::refuse)
                    .or(() -> route.handle(exchange))
                    .<Admission>map(Admission.Answered::new)
                    .orElseGet(() -> new Admission.Admitted(exchange));
        } catch (RuntimeException e) {
            return new Admission.Answered(exchange.answerFor(e));
        }
    }

    /**
     * The CORS headers and the problem document for a request that never reached {@link #admit}: a parser's 400, 414 or 431.
     */
    public WebResponse refuseUnadmitted(WebRequest request, Problem problem) {
        return parts.document(problem).with(parts.cors().decide(request).headers());
    }

    /** While the store is silent, whoever only looks is whom this node last knew by this very ticket, if the store allows it. */
    private Caller recognise(WebRequest request, Presented ticket, Instant now) {
        try {
            return parts.desk().recognise(ticket, now);
        } catch (StoreUnavailableException e) {
            Optional<Caller> lastKnown = onlyLooks(request) ? parts.desk().lastKnown(ticket, now) : Optional.empty();
            return lastKnown.orElseThrow(() -> e);
        }
    }

    /** Whether this asks an application for something to read. Our own endpoints name sessions and hand out tokens. */
    private boolean onlyLooks(WebRequest request) {
        boolean reads = request.method().equals("GET") || request.method().equals("HEAD");
        return reads && request.isSafe() && !parts.routes().match(request).isAnsweredHere();
    }

    /** What a cookie-borne request that is unsafe or takes something, or any unsafe one of a stranger's origin, is refused with. */
    private Optional<Problem> forgery(WebRequest request, Presented ticket, Caller caller, Routes.Match route) {
        boolean cookieBorne = ticket instanceof Presented.InCookie;
        if (ticket instanceof Presented.InHeader || (request.isSafe() && !(cookieBorne && route.checksOrigin()))) {
            return Optional.empty();
        }
        boolean stranger =
                cookieBorne ? !parts.origins().passes(request) : parts.origins().namesAStranger(request);
        if (stranger) {
            return Optional.of(Problem.originNotAllowed());
        }
        return request.isSafe()
                ? Optional.empty()
                : caller.holder().flatMap(holder -> missingToken(request, holder.session(), route));
    }

    /** A browser can't put a header on a WebSocket handshake: there the origin alone decides. */
    private Optional<Problem> missingToken(WebRequest request, StoredSession session, Routes.Match route) {
        if (parts.forgery().mode() == ForgeryPolicy.Mode.ORIGIN_ONLY
                || request.opensWebSocket()
                || !route.needsToken()) {
            return Optional.empty();
        }
        int presented = 0;
        for (String name : parts.forgery().headers()) {
            for (String value : request.headers(name)) {
                if (!value.isBlank() && presented++ < MOST_TOKENS && fits(value.strip(), session)) {
                    return Optional.empty();
                }
            }
        }
        return Optional.of(presented == 0 ? Problem.csrfMissing(parts.forgery().headers()) : Problem.csrfMismatch());
    }

    private boolean fits(String csrfToken, StoredSession session) {
        return parts.csrf()
                .fitsSession(
                        csrfToken,
                        session.id(),
                        session.epoch(),
                        session.token().kid());
    }

    private Optional<Problem> signInDemanded(WebRequest request, Caller caller) {
        return caller.principal().isPresent() || !parts.rules().needsSignIn(request)
                ? Optional.empty()
                : Optional.of(caller.whyNotSignedIn());
    }

    /** Everything that a request meets, assembled and checked once. */
    record Parts(
            Cors cors,
            Transports transports,
            OriginCheck origins,
            ForgeryPolicy forgery,
            CsrfTokens csrf,
            AccessRules rules,
            Routes routes,
            Consumer<Problem> problems,
            Desk desk) {
        private static final System.Logger LOG = System.getLogger(Coatcheck.class.getName());
        private static final Pattern NONCE = Pattern.compile("[A-Za-z0-9_-]{22}");

        /** The document that a request is answered with; whoever wants to know is told of it here and nowhere else. */
        WebResponse document(Problem problem) {
            try {
                problems.accept(problem);
            } catch (RuntimeException e) {
                LOG.log(
                        System.Logger.Level.ERROR,
                        "A listener to problems failed; the answer goes out all the same",
                        e);
            }
            return problem.toResponse();
        }

        /** The nonce that a CSRF token before sign-in is bound to. */
        Optional<String> nonceIn(WebRequest request) {
            return CookieHeader.valuesOf(nonceCookie("").name(), request.headers("Cookie")).stream()
                    .filter(value -> NONCE.matcher(value).matches())
                    .findFirst();
        }

        SetCookie nonceCookie(String nonce) {
            return desk.cookie().hostOnlySibling("-csrf", nonce);
        }
    }

    /** All defaults in one place; {@link #build} refuses what can't work in a browser. */
    public static final class Builder {
        /** How many sessions of visitors one client address may begin unless told otherwise. */
        public static final int DEFAULT_VISITORS_PER_ADDRESS = 1_000;

        private final Origin publicOrigin;
        private final SessionStore store;
        private final KeyRing keys;
        private final ValueCodec codec;
        private Set<Origin> apps = Set.of();
        private CookiePolicy.Wishes cookie = CookiePolicy.Wishes.NONE;
        private Set<Transport> transports = Set.of(Transport.COOKIE, Transport.BEARER);
        private CorsPolicy cors = CorsPolicy.DEFAULT;
        private ForgeryPolicy forgery = ForgeryPolicy.DEFAULT;
        private SessionPolicy sessions = SessionPolicy.DEFAULT;
        private RotationPolicy rotation = RotationPolicy.DEFAULT;
        private AttributeLimits limits = AttributeLimits.DEFAULT;
        private BoundedStore.Bounds bounds = BoundedStore.Bounds.DEFAULT;
        private PerUserLimit perUser = PerUserLimit.DEFAULT;
        private int visitorsPerAddress = DEFAULT_VISITORS_PER_ADDRESS;
        private Set<String> survivors = Set.of();
        private TrustedProxies proxies = TrustedProxies.NONE;
        private AccessRules rules = AccessRules.DEFAULT;
        private Routes routes = Routes.NONE;
        private InstantSource clock = InstantSource.system();
        private SecureRandom random = new SecureRandom();
        private SessionEvent.Listener events = event -> {};
        private Consumer<Problem> problems = problem -> {};

        private Builder(Origin publicOrigin, SessionStore store, KeyRing keys, ValueCodec codec) {
            this.publicOrigin = publicOrigin;
            this.store = store;
            this.keys = keys;
            this.codec = codec;
        }

        /** The origins that the apps' pages are served from; the public origin need not be among them. */
        public Builder apps(Set<Origin> origins) {
            apps = Set.copyOf(origins);
            return this;
        }

        /** What is wanted of the session cookie beyond what the topology calls for. */
        public Builder cookie(CookiePolicy.Wishes wishes) {
            cookie = wishes;
            return this;
        }

        /** How tickets may travel. Without cookies, none is set or read, and apps may stand on any site. */
        public Builder transports(Set<Transport> accepted) {
            transports = Set.copyOf(accepted);
            return this;
        }

        /** Methods, headers and ages of CORS; its origins are {@link #apps}. */
        public Builder cors(CorsPolicy policy) {
            cors = policy;
            return this;
        }

        public Builder forgery(ForgeryPolicy policy) {
            forgery = policy;
            return this;
        }

        public Builder sessions(SessionPolicy policy) {
            sessions = policy;
            return this;
        }

        public Builder rotation(RotationPolicy policy) {
            rotation = policy;
            return this;
        }

        public Builder limits(AttributeLimits attributeLimits) {
            limits = attributeLimits;
            return this;
        }

        /** How much the store is asked at the same time. */
        public Builder storeBounds(BoundedStore.Bounds storeBounds) {
            bounds = storeBounds;
            return this;
        }

        public Builder perUser(PerUserLimit limit) {
            perUser = limit;
            return this;
        }

        /**
         * How many sessions nobody signed in to one client address may begin, on this node, within their idle timeout; beyond,
         * what would begin one is answered 429. An IPv6 /64 is one address.
         *
         * @throws IllegalArgumentException when that is less than 1
         */
        public Builder visitorsPerAddress(int most) {
            if (most < 1) {
                throw new IllegalArgumentException("visitors of one address: at least 1, not " + most);
            }
            visitorsPerAddress = most;
            return this;
        }

        /** The attributes that a visitor keeps across a sign-in: a basket, a language. */
        public Builder survivors(Set<String> names) {
            names.forEach(AttributeName::check);
            survivors = Set.copyOf(names);
            return this;
        }

        public Builder proxies(TrustedProxies trusted) {
            proxies = trusted;
            return this;
        }

        public Builder rules(AccessRules access) {
            rules = access;
            return this;
        }

        /** The endpoints that the pipeline answers itself. */
        public Builder routes(Routes mounted) {
            routes = mounted;
            return this;
        }

        public Builder clock(InstantSource source) {
            clock = source;
            return this;
        }

        public Builder random(SecureRandom source) {
            random = source;
            return this;
        }

        /** Who is told of sign-ins, refusals and thefts. */
        public Builder events(SessionEvent.Listener listener) {
            events = listener;
            return this;
        }

        /** Who is told of each problem document that a request is answered with, on its thread: be quick, throw nothing. */
        public Builder problems(Consumer<Problem> listener) {
            problems = listener;
            return this;
        }

        /**
         * The pipeline.
         *
         * @throws dev.coatcheck.settings.MisconfigurationException when no browser would keep the session, or it is unsafe
         */
        public Coatcheck build() {
            Set<Origin> onCookies = transports.contains(Transport.COOKIE) ? apps : Set.of();
            CookiePolicy cookiePolicy = CookiePolicy.forTopology(publicOrigin, onCookies, cookie);
            Desk desk = new Desk(
                    BoundedStore.around(store, bounds),
                    new SessionTokens(keys, rotation, random),
                    codec,
                    sessions,
                    limits,
                    perUser,
                    survivors,
                    cookiePolicy,
                    proxies,
                    clock,
                    random,
                    events,
                    new VisitorLimit(visitorsPerAddress, sessions.anonymousLife()));
            return new Coatcheck(new Parts(
                    Cors.by(cors.withOrigins(apps)),
                    Transports.accepting(transports, cookiePolicy),
                    new OriginCheck(new ForgeryPolicy.Trusted(apps, publicOrigin)),
                    forgery,
                    new CsrfTokens(keys, random),
                    rules,
                    routes,
                    problems,
                    desk));
        }
    }
}
