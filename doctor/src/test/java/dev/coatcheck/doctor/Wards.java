package dev.coatcheck.doctor;

import static dev.coatcheck.doctor.Ailing.call;
import static dev.coatcheck.doctor.Ailing.healthy;
import static dev.coatcheck.doctor.Ailing.sick;

import dev.coatcheck.browser.Credentials;
import dev.coatcheck.browser.Profile;
import java.util.List;
import java.util.stream.Stream;

/** All the sick and healthy backends. */
final class Wards {
    private static final String SESSION =
            "app.use(session({ secret: 'x', resave: false, saveUninitialized: %s, cookie: { %s } }));";

    private Wards() {}

    static Stream<Ailing> sickOnes() {
        return Stream.of(express(), expressSecurity(), furtherOnes(), php(), django())
                .flatMap(List::stream);
    }

    private static Fixture cookie(String options) {
        return Fixture.express().with("session", String.format(SESSION, "false", options));
    }

    private static Fixture cors(String options) {
        return Fixture.express().with("cors", "app.use(cors(" + options + "));");
    }

    private static List<Ailing> express() {
        return List.of(
                sick(
                        FindingCode.CORS_ALLOW_ORIGIN_MISSING,
                        "no cors at all",
                        Fixture.express().with("cors", "")),
                sick(FindingCode.CORS_WILDCARD_WITH_CREDENTIALS, "cors() as in every tutorial", cors("")),
                sick(FindingCode.CORS_CREDENTIALS_MISSING, "an origin and no credentials", cors("{ origin: [APP] }")),
                sick(
                        FindingCode.CORS_ALLOW_ORIGIN_MISMATCH,
                        "the origin of another port",
                        cors("{ origin: 'http://localhost:1', credentials: true }")),
                sick(
                        FindingCode.CORS_ALLOW_ORIGIN_MISMATCH,
                        "a slash behind the origin",
                        cors("{ origin: APP + '/', credentials: true }")),
                sick(
                        FindingCode.LOCALHOST_VS_127,
                        "127.0.0.1 on the list, localhost in the address bar",
                        cors("{ origin: APP.replace('localhost', '127.0.0.1'), credentials: true }")),
                sick(
                        FindingCode.CORS_ALLOW_ORIGIN_MULTIPLE,
                        "cors and a line by hand",
                        Fixture.express()
                                .plus(
                                        "cors",
                                        "app.use((req, res, next) => { res.append('Access-Control-Allow-Origin', APP); next(); });")
                                .plus(
                                        "before",
                                        "app.use((req, res, next) => { if (req.method === 'OPTIONS') res.append('X-Early', '1'); next(); });")),
                sick(
                                FindingCode.PREFLIGHT_METHOD_REFUSED,
                                "PUT is not on the list",
                                cors("{ origin: [APP], credentials: true, methods: ['GET', 'POST'] }"))
                        .asked(plan -> plan.withUnsafe(call("PUT /note {\"text\":\"x\"}"))),
                sick(
                        FindingCode.PREFLIGHT_HEADER_REFUSED,
                        "Content-Type is not on the list",
                        cors("{ origin: [APP], credentials: true, allowedHeaders: ['Accept'] }")),
                sick(
                        FindingCode.PREFLIGHT_REFUSED_AUTH,
                        "the guard stands before cors",
                        Fixture.express()
                                .with(
                                        "before",
                                        "app.use((req, res, next) => (req.get('Cookie') || req.path === '/login' && req.method === 'POST' || req.path === '/me' ? next() : res.status(401).end()));")),
                sick(
                        FindingCode.PREFLIGHT_FAILED,
                        "the preflight crashes",
                        Fixture.express()
                                .with(
                                        "before",
                                        "app.use((req, res, next) => { if (req.method === 'OPTIONS') throw new Error('x'); next(); });")),
                sick(
                        FindingCode.COOKIE_SAMESITE_NONE_INSECURE,
                        "SameSite=None without Secure",
                        cookie("sameSite: 'none', httpOnly: true")),
                sick(FindingCode.COOKIE_NOT_SET, "secure: true on plain http", cookie("secure: true, sameSite: 'lax'")),
                sick(
                        FindingCode.COOKIE_DOMAIN_MISMATCH,
                        "the Domain of production",
                        cookie("domain: 'example.com', sameSite: 'lax'")),
                sick(
                                FindingCode.COOKIE_DOMAIN_PUBLIC_SUFFIX,
                                "a public suffix as Domain",
                                cookie("domain: 'test', sameSite: 'lax'"))
                        .at("app.example.test", "api.example.test"),
                sick(
                        FindingCode.COOKIE_PATH_MISMATCH,
                        "Path=/login",
                        cookie("path: '/login', sameSite: 'lax'")
                                .with(
                                        "session",
                                        "app.use((req, res, next) => session({ secret: 'x', resave: false, saveUninitialized: false, cookie: { path: '/login', sameSite: 'lax' } })(req, res, next));")),
                sick(FindingCode.LOCALHOST_VS_127, "the API by its address", Fixture.express())
                        .at("localhost", "127.0.0.1"),
                sick(FindingCode.LOCALHOST_VS_127, "the app by its address", Fixture.express())
                        .at("127.0.0.1", "localhost"),
                sick(FindingCode.COOKIE_SAMESITE_CROSS_SITE, "Lax across subdomains of localhost", Fixture.express())
                        .at("app.localhost", "api.localhost"),
                sick(FindingCode.COOKIE_SAMESITE_CROSS_SITE, "Lax across two domains", Fixture.express())
                        .at("app.other.test", "api.example.test"),
                sick(FindingCode.COOKIE_SAMESITE_MISSING, "nothing said about SameSite", cookie("httpOnly: true"))
                        .at("app.localhost", "api.localhost"),
                sick(
                        FindingCode.COOKIE_PREFIX_BROKEN,
                        "__Host- without Secure",
                        Fixture.express()
                                .with(
                                        "session",
                                        "app.use(session({ name: '__Host-sid', secret: 'x', resave: false, saveUninitialized: false, cookie: { sameSite: 'lax' } }));")),
                sick(
                        FindingCode.SESSION_NEW_EVERY_REQUEST,
                        "a store for each request",
                        Fixture.express()
                                .with(
                                        "session",
                                        "app.use((req, res, next) => session({ secret: 'x', resave: false, saveUninitialized: true, store: new session.MemoryStore(), cookie: { sameSite: 'lax' } })(req, res, next));")),
                sick(
                        FindingCode.SESSION_NOT_RECOGNISED,
                        "a store that forgets",
                        Fixture.express()
                                .with(
                                        "session",
                                        "app.use((req, res, next) => session({ secret: 'x', resave: false, saveUninitialized: false, store: new session.MemoryStore(), cookie: { sameSite: 'lax' } })(req, res, next));")),
                sick(FindingCode.FETCH_WITHOUT_CREDENTIALS, "a fetch without credentials", Fixture.express())
                        .asked(plan -> plan.withCredentials(Credentials.SAME_ORIGIN)),
                sick(
                        FindingCode.SIGN_IN_FAILED,
                        "the sign-in crashes",
                        Fixture.express().with("login", "throw new Error('no database');")),
                sick(FindingCode.SIGN_IN_REFUSED, "a wrong password", Fixture.express())
                        .asked(plan -> plan.withLogin(
                                call("POST /login {\"username\":\"anna\",\"password\":\"wrong wrong\"}"))),
                sick(
                        FindingCode.BEARER_NOT_ACCEPTED,
                        "a token that the guard does not know",
                        Fixture.express()
                                .with("login", "res.json({ accessToken: crypto.randomBytes(24).toString('hex') });")),
                sick(FindingCode.MIXED_CONTENT, "a secure page and a plain API", Fixture.express())
                        .at("https://app.example.test", "api.example.test"));
    }

    private static List<Ailing> expressSecurity() {
        return List.of(
                sick(
                        FindingCode.SESSION_NOT_ROTATED,
                        "the session from before the sign-in",
                        Fixture.express()
                                .with("session", String.format(SESSION, "true", "sameSite: 'lax'"))
                                .with("login", "req.session.user = user; res.json(withToken(req));")),
                sick(
                        FindingCode.SESSION_SURVIVES_SIGN_OUT,
                        "a sign-out that only tidies up",
                        Fixture.express()
                                .with("logout", "res.clearCookie('connect.sid', { path: '/' }); res.sendStatus(204);")),
                sick(FindingCode.CORS_REFLECTS_ANY_ORIGIN, "origin: true", cors("{ origin: true, credentials: true }")),
                sick(
                        FindingCode.CORS_ALLOWS_NULL_ORIGIN,
                        "null on the list",
                        cors("{ origin: [APP, 'null'], credentials: true }")),
                sick(
                        FindingCode.CORS_ORIGIN_BY_PREFIX,
                        "origins by their beginning",
                        cors(
                                "{ origin: (origin, done) => done(null, !!origin && origin.startsWith(APP)), credentials: true }")),
                sick(
                        FindingCode.CSRF_UNPROTECTED,
                        "no check, no SameSite",
                        cookie("httpOnly: true").with("check", "")),
                sick(
                        FindingCode.COOKIE_NOT_HTTP_ONLY,
                        "scripts may read it",
                        cookie("httpOnly: false, sameSite: 'lax'")),
                sick(
                        FindingCode.RESPONSE_CACHEABLE,
                        "cached for all",
                        Fixture.express()
                                .with(
                                        "cache",
                                        "app.use((req, res, next) => { res.set('Cache-Control', 'public, max-age=60'); next(); });")),
                sick(FindingCode.TOKEN_IN_URL, "a token in the URL", Fixture.express())
                        .asked(plan -> plan.withMe(call("GET /me?access_token=0123456789abcdef"))),
                sick(
                        FindingCode.CSRF_TOKEN_REJECTED,
                        "the token is expected elsewhere",
                        Fixture.express()
                                .with(
                                        "check",
                                        "(req, res, next) => (req.get('X-Other') ? next() : res.status(403).json({ error: 'csrf' })),")),
                sick(
                        FindingCode.CSRF_HEADER_NOT_EXPOSED,
                        "the token in a hidden header",
                        Fixture.express()
                                .with(
                                        "login",
                                        "req.session.regenerate(() => { req.session.user = user; res.set('X-CSRF-Token', withToken(req).csrfToken); res.json({ user }); });")
                                .with("guard", "signedIn, (req, res) => res.json({ user }),")),
                sick(
                        FindingCode.ERROR_WITHOUT_CORS,
                        "a gate before cors",
                        Fixture.express()
                                .with(
                                        "before",
                                        "app.use((req, res, next) => (req.method === 'GET' && !req.get('Cookie') ? res.status(401).json({}) : next()));")),
                sick(
                        FindingCode.UNAUTHENTICATED_REDIRECTED,
                        "redirected to a form",
                        Fixture.express()
                                .with(
                                        "guard",
                                        "(req, res, next) => (req.session.user ? next() : res.redirect('/form')),")
                                .with("routes", "app.get('/form', (req, res) => res.send('<form>'));")),
                sick(
                        FindingCode.VARY_ORIGIN_MISSING,
                        "a list without Vary",
                        Fixture.express().with("cors", """
                                app.use((req, res, next) => {
                                  if (req.get('Origin') === APP) {
                                    res.set('Access-Control-Allow-Origin', APP).set('Access-Control-Allow-Credentials', 'true');
                                    res.set('Access-Control-Allow-Headers', 'Content-Type, X-CSRF-Token');
                                  }
                                  if (req.method === 'OPTIONS') { res.sendStatus(204); return; }
                                  next();
                                });
                                """)),
                sick(
                        FindingCode.SIGN_OUT_WITHOUT_EFFECT,
                        "a sign-out that does nothing",
                        Fixture.express().with("logout", "res.sendStatus(204);")),
                sick(
                        FindingCode.SIGN_OUT_KEEPS_COOKIE,
                        "the cookie is removed under another path",
                        Fixture.express()
                                .with(
                                        "logout",
                                        "res.clearCookie('connect.sid', { path: '/other' }); res.sendStatus(204);")),
                sick(
                        FindingCode.SIGN_OUT_FAILED,
                        "a sign-out that crashes",
                        Fixture.express().with("logout", "throw new Error('x');")));
    }

    private static Fixture session(String options) {
        return Fixture.php().with("session", "session_set_cookie_params([" + options + "]);");
    }

    private static final String ANSWER_OPTIONS = """
            if ($_SERVER['REQUEST_METHOD'] === 'OPTIONS') {
                header('Access-Control-Allow-Headers: Content-Type, X-CSRF-Token');
                http_response_code(204);
                exit;
            }
            """;

    private static List<Ailing> php() {
        return List.of(
                sick(
                        FindingCode.CORS_ALLOW_ORIGIN_MISSING,
                        "no CORS at all",
                        Fixture.php().with("cors", "")),
                sick(
                        FindingCode.CORS_WILDCARD_WITH_CREDENTIALS,
                        "a star with credentials",
                        Fixture.php()
                                .with(
                                        "cors",
                                        "header('Access-Control-Allow-Origin: *');header('Access-Control-Allow-Credentials: true');"
                                                + ANSWER_OPTIONS)),
                sick(
                        FindingCode.CORS_CREDENTIALS_MALFORMED,
                        "True instead of true",
                        Fixture.php()
                                .with(
                                        "cors",
                                        "header('Access-Control-Allow-Origin: ' . $app);header('Access-Control-Allow-Credentials: True');"
                                                + ANSWER_OPTIONS)),
                sick(
                        FindingCode.CORS_ALLOW_ORIGIN_MALFORMED,
                        "a host instead of an origin",
                        Fixture.php()
                                .with(
                                        "cors",
                                        "header('Access-Control-Allow-Origin: localhost');header('Access-Control-Allow-Credentials: true');"
                                                + ANSWER_OPTIONS)),
                sick(
                        FindingCode.CORS_ALLOW_ORIGIN_MULTIPLE,
                        "two origins in one header",
                        Fixture.php()
                                .with(
                                        "cors",
                                        "header('Access-Control-Allow-Origin: ' . $app . ', http://localhost:1');header('Access-Control-Allow-Credentials: true');"
                                                + ANSWER_OPTIONS)),
                sick(
                        FindingCode.CORS_ONLY_ON_PREFLIGHT,
                        "CORS for OPTIONS only",
                        Fixture.php()
                                .with(
                                        "cors",
                                        "if ($_SERVER['REQUEST_METHOD'] === 'OPTIONS') { header('Access-Control-Allow-Origin: ' . $app);header('Access-Control-Allow-Credentials: true'); }"
                                                + ANSWER_OPTIONS)),
                sick(
                        FindingCode.PREFLIGHT_NOT_ANSWERED,
                        "OPTIONS is 405",
                        Fixture.php()
                                .with(
                                        "before",
                                        "if ($_SERVER['REQUEST_METHOD'] === 'OPTIONS') { http_response_code(405); exit; }")),
                sick(
                        FindingCode.PREFLIGHT_REDIRECTED,
                        "everything to https, OPTIONS too",
                        Fixture.php()
                                .with(
                                        "before",
                                        "if ($_SERVER['REQUEST_METHOD'] === 'OPTIONS') { header('Location: https://localhost/login', true, 301); exit; }")),
                sick(
                        FindingCode.PREFLIGHT_STARTS_SESSION,
                        "session_start before OPTIONS is answered",
                        Fixture.php()
                                .with(
                                        "before",
                                        "session_set_cookie_params(['httponly' => true, 'samesite' => 'Lax']); session_cache_limiter('nocache'); ini_set('session.cookie_httponly', '1'); session_start();")
                                .with("session", "")
                                .with("cache", "session_write_close();")),
                sick(
                        FindingCode.COOKIE_SAMESITE_NONE_INSECURE,
                        "SameSite=None without Secure",
                        session("'samesite' => 'None', 'httponly' => true")),
                sick(
                        FindingCode.COOKIE_DOMAIN_MISMATCH,
                        "a Domain with a port",
                        session("'domain' => 'localhost:8000', 'samesite' => 'Lax'")),
                sick(
                                FindingCode.COOKIE_SECURE_ON_HTTP,
                                "Secure on a plain-http host",
                                session("'secure' => true, 'samesite' => 'Lax', 'httponly' => true"))
                        .at("app.example.test", "api.example.test"),
                sick(
                                FindingCode.COOKIE_SECURE_ON_HTTP,
                                "Secure on localhost, in Safari",
                                session("'secure' => true, 'samesite' => 'Lax', 'httponly' => true"))
                        .asked(plan -> plan.withProfile(Profile.SAFARI)),
                sick(
                                FindingCode.COOKIE_THIRD_PARTY,
                                "third-party cookies are blocked",
                                session("'secure' => true, 'samesite' => 'None', 'httponly' => true"))
                        .at("app.localhost", "api.localhost")
                        .asked(Plan::withThirdPartyCookiesBlocked),
                sick(
                        FindingCode.COOKIE_EXPIRED_AT_ONCE,
                        "a cookie of yesterday",
                        Fixture.php()
                                .with("after", "header_remove('Set-Cookie');")
                                .with(
                                        "signedin",
                                        "header_remove('Set-Cookie'); setcookie(session_name(), session_id(), time() - 86400, '/');")),
                sick(
                        FindingCode.COOKIE_TOO_BIG,
                        "the whole user in the cookie",
                        Fixture.php()
                                .with("after", "header_remove('Set-Cookie');")
                                .with(
                                        "signedin",
                                        "header_remove('Set-Cookie'); setcookie('jwt', str_repeat('a', 5000), 0, '/');")),
                sick(
                        FindingCode.COOKIE_PARTITIONED_INSECURE,
                        "Partitioned without Secure",
                        Fixture.php()
                                .with("after", "header_remove('Set-Cookie');")
                                .with(
                                        "signedin",
                                        "header_remove('Set-Cookie'); header('Set-Cookie: ' . session_name() . '=' . session_id() . '; Path=/; HttpOnly; SameSite=Lax; Partitioned');")),
                sick(
                        FindingCode.COOKIE_SHADOWED,
                        "the old cookie under a longer path",
                        Fixture.php()
                                .with(
                                        "signedin",
                                        "header('Set-Cookie: ' . session_name() . '=stalestalestalestalestale12; Path=/me; HttpOnly; SameSite=Lax', false);")),
                sick(
                        FindingCode.SESSION_NOT_ROTATED,
                        "no session_regenerate_id",
                        Fixture.php().with("login", "")),
                sick(
                        FindingCode.SESSION_ID_WEAK,
                        "an id of six digits",
                        Fixture.php()
                                .with(
                                        "login",
                                        "$old = $_SESSION; session_destroy(); ini_set('session.use_strict_mode', '0'); session_id((string) random_int(100000, 999999)); session_start(); $_SESSION = $old;")),
                sick(
                        FindingCode.ERROR_WITHOUT_CORS,
                        "401 from a gate before CORS",
                        Fixture.php()
                                .with(
                                        "before",
                                        "if ($_SERVER['REQUEST_METHOD'] === 'GET' && !isset($_COOKIE['PHPSESSID'])) { http_response_code(401); exit; }")),
                sick(
                        FindingCode.SESSION_SURVIVES_SIGN_OUT,
                        "only the cookie is removed",
                        Fixture.php()
                                .with("logout", "setcookie(session_name(), '', ['expires' => 1, 'path' => '/']);")));
    }

    private static List<Ailing> furtherOnes() {
        return List.of(
                sick(FindingCode.LOCAL_NETWORK_BLOCKED, "a page of the internet asks this machine", Fixture.express())
                        .at("https://app.clinic.example", "localhost"),
                sick(
                        FindingCode.CONNECTION_FAILED,
                        "the sign-in kills its process's connection",
                        Fixture.express().with("login", "req.socket.destroy();")),
                sick(
                        FindingCode.REDIRECTED_ELSEWHERE,
                        "a sign-in page of somebody else",
                        Fixture.express().with("login", "res.redirect(307, 'http://login.other.test:1/');")),
                sick(
                        FindingCode.REDIRECT_WITHOUT_CORS,
                        "the front redirects to a path without CORS",
                        Fixture.express()
                                .with("before", "app.get('/whoami', (req, res) => res.json({}));")
                                .with("guard", "(req, res) => res.redirect('/whoami'),")),
                sick(
                        FindingCode.COOKIE_MALFORMED,
                        "a TAB in the cookie",
                        Fixture.express()
                                .with(
                                        "login",
                                        "res.set('Set-Cookie', 'sid=abc\\tdef; Path=/; HttpOnly'); res.json({});")),
                sick(
                        FindingCode.COOKIE_REFUSED,
                        "so many cookies that the session's goes",
                        Fixture.php()
                                .with(
                                        "signedin",
                                        "for ($i = 0; $i < 185; $i++) { header(\"Set-Cookie: c$i=1; Path=/\", false); }")),
                sick(
                        FindingCode.CSRF_TOKEN_NOT_FOUND,
                        "a token that nobody is told",
                        Fixture.express()
                                .with(
                                        "login",
                                        "req.session.regenerate(() => { req.session.user = user; res.json({ user }); });")
                                .with("guard", "signedIn, (req, res) => res.json({ user }),")),
                sick(
                        FindingCode.UNSAFE_REFUSED,
                        "the change crashes",
                        Fixture.express().with("check", "(req, res) => res.status(500).json({ error: 'disk full' }),")),
                sick(FindingCode.SIGN_IN_IN_CLEAR, "plain http on the internet", Fixture.express())
                        .at("app.clinic.example", "api.clinic.example"));
    }

    /** What is worth knowing, and changes nothing about the verdict. */
    static Stream<Ailing> notedOnes() {
        return Stream.of(
                sick(
                        FindingCode.CACHE_CONTROL_MISSING,
                        "nothing said about caches",
                        Fixture.express().with("cache", "")),
                sick(
                        FindingCode.CSRF_BY_SAME_SITE_ONLY,
                        "SameSite and nothing else",
                        Fixture.express().with("check", "")),
                sick(
                                FindingCode.COOKIE_DOMAIN_WIDE,
                                "a cookie for every host of the site",
                                cookie("domain: 'example.test', sameSite: 'lax'")
                                        .with(
                                                "logout",
                                                "req.session.destroy(() => { res.clearCookie('connect.sid', { path: '/', domain: 'example.test' }); res.sendStatus(204); });"))
                        .at("app.example.test", "api.example.test"),
                sick(
                                FindingCode.OTHER_BROWSERS_DIFFER,
                                "third-party cookies",
                                session("'path' => '/', 'httponly' => true, 'secure' => true, 'samesite' => 'None'"))
                        .at("app.localhost", "api.localhost"));
    }

    private static Fixture settings(String lines) {
        return Fixture.django().plus("settings", lines);
    }

    private static List<Ailing> django() {
        return List.of(
                sick(
                        FindingCode.CORS_ALLOW_ORIGIN_MISSING,
                        "no origin is listed",
                        settings("CORS_ALLOWED_ORIGINS = []")),
                sick(
                        FindingCode.CORS_CREDENTIALS_MISSING,
                        "CORS_ALLOW_CREDENTIALS is forgotten",
                        settings("CORS_ALLOW_CREDENTIALS = False")),
                sick(
                        FindingCode.CORS_WILDCARD_WITH_CREDENTIALS,
                        "all origins, no credentials",
                        settings("CORS_ALLOW_ALL_ORIGINS = True\nCORS_ALLOW_CREDENTIALS = False")),
                sick(
                        FindingCode.CORS_REFLECTS_ANY_ORIGIN,
                        "all origins, with credentials",
                        settings("CORS_ALLOW_ALL_ORIGINS = True")),
                sick(FindingCode.REQUEST_REDIRECTED, "a slash is missing", Fixture.django())
                        .asked(plan -> plan.withLogin(
                                call("POST /slashed {\"username\":\"anna\",\"password\":\"correct horse\"}"))),
                sick(
                        FindingCode.PREFLIGHT_REDIRECTED,
                        "a redirect to https before CORS",
                        Fixture.django()
                                .with(
                                        "early",
                                        "if request.method == 'OPTIONS':\n    return HttpResponseRedirect('https://localhost' + request.path)")
                                .plus("settings", "MIDDLEWARE = ['__main__.Before'] + MIDDLEWARE")),
                sick(
                        FindingCode.PREFLIGHT_REFUSED_AUTH,
                        "a middleware of our own before CORS",
                        Fixture.django()
                                .with(
                                        "early",
                                        "if request.method == 'OPTIONS':\n    return HttpResponse('who are you?', status=403)")
                                .plus("settings", "MIDDLEWARE = ['__main__.Before'] + MIDDLEWARE")),
                sick(
                        FindingCode.PREFLIGHT_HEADER_REFUSED,
                        "X-CSRFToken is not allowed",
                        settings("CORS_ALLOW_HEADERS = ['content-type']")),
                sick(
                        FindingCode.COOKIE_SAMESITE_NONE_INSECURE,
                        "SESSION_COOKIE_SAMESITE = 'None' alone",
                        settings("SESSION_COOKIE_SAMESITE = 'None'")),
                sick(
                                FindingCode.COOKIE_SECURE_ON_HTTP,
                                "production settings on a plain-http host",
                                settings("SESSION_COOKIE_SECURE = True"))
                        .at("app.example.test", "api.example.test"),
                sick(
                        FindingCode.COOKIE_DOMAIN_MISMATCH,
                        "the Domain of production",
                        settings("SESSION_COOKIE_DOMAIN = '.example.com'")),
                sick(FindingCode.COOKIE_SAMESITE_CROSS_SITE, "Lax, and two sites", Fixture.django())
                        .at("app.other.test", "api.example.test"),
                sick(
                        FindingCode.COOKIE_PATH_MISMATCH,
                        "SESSION_COOKIE_PATH = '/login'",
                        settings("SESSION_COOKIE_PATH = '/login'")),
                sick(FindingCode.SIGN_IN_NEEDS_CSRF, "nobody fetches a token", Fixture.django())
                        .asked(plan -> new Plan(
                                plan.app(),
                                plan.api(),
                                java.util.Optional.empty(),
                                plan.login(),
                                plan.me(),
                                plan.logout(),
                                plan.unsafe(),
                                plan.headers(),
                                plan.credentials(),
                                plan.profile(),
                                false,
                                java.util.Optional.empty())),
                sick(
                        FindingCode.CSRF_TOKEN_REJECTED,
                        "the token is expected in another header",
                        settings("CSRF_HEADER_NAME = 'HTTP_X_OTHER'")),
                sick(
                        FindingCode.CSRF_UNREADABLE_COOKIE,
                        "the token in an HttpOnly cookie only",
                        settings("CSRF_COOKIE_HTTPONLY = True")
                                .with("csrf", "get_token(request)\nreturn JsonResponse({})")),
                sick(
                        FindingCode.SESSION_NOT_ROTATED,
                        "a sign-in without cycle_key",
                        Fixture.django()
                                .with("login", "rotate_token(request)")
                                .with("csrf", "request.session['seen'] = True")),
                sick(
                        FindingCode.SESSION_SURVIVES_SIGN_OUT,
                        "the cookie is deleted, the session is not",
                        Fixture.django().with("logout", "response.delete_cookie('sessionid')")),
                sick(
                        FindingCode.UNAUTHENTICATED_REDIRECTED,
                        "login_required on an API",
                        Fixture.django().with("guard", "return HttpResponseRedirect('/accounts/login/')")),
                sick(
                        FindingCode.SESSION_NOT_RECOGNISED,
                        "two processes with a cache each",
                        Fixture.django()
                                .with(
                                        "signedin",
                                        "request.session.save()\nimport shutil\nshutil.rmtree(SESSION_FILE_PATH)\nos.makedirs(SESSION_FILE_PATH)\nrequest.session.modified = False\nresponse.set_cookie('sessionid', request.session.session_key, httponly=True, samesite='Lax')")));
    }

    static Stream<Ailing> healthyOnes() {
        return Stream.of(
                healthy("two ports of localhost", Fixture.express()),
                healthy("two hosts of one site", Fixture.express()).at("app.example.test", "api.example.test"),
                healthy(
                        "a bearer token",
                        Fixture.express()
                                .with("before", "const tokens = new Set();")
                                .with(
                                        "login",
                                        "const t = crypto.randomBytes(24).toString('hex'); tokens.add(t); res.json({ accessToken: t });")
                                .with(
                                        "guard",
                                        "(req, res, next) => (tokens.has((req.get('Authorization') || '').slice(7)) ? res.json({ user }) : res.status(401).json({})),")
                                .with(
                                        "routes",
                                        "app.post('/note', (req, res) => res.sendStatus(tokens.has((req.get('Authorization') || '').slice(7)) ? 204 : 401));")
                                .with("logout", "tokens.clear(); res.sendStatus(204);")),
                healthy(
                        "origins by a check of their own",
                        cors(
                                "{ origin: (origin, done) => done(null, origin === APP), credentials: true, maxAge: 600 }")),
                healthy("the API alone, without a sign-in", Fixture.express().with("guard", ""))
                        .asked(plan ->
                                Plan.of(plan.app().toString(), plan.api()).withMe(call("GET /csrf"))),
                healthy("two ports of localhost", Fixture.php()),
                healthy(
                                "None and Secure between localhost and 127.0.0.1",
                                session("'path' => '/', 'httponly' => true, 'secure' => true, 'samesite' => 'None'"))
                        .at("localhost", "127.0.0.1"),
                healthy(
                                "None and Secure between subdomains of localhost",
                                session("'path' => '/', 'httponly' => true, 'secure' => true, 'samesite' => 'None'"))
                        .at("app.localhost", "api.localhost"),
                healthy(
                        "Secure on localhost",
                        session("'path' => '/', 'httponly' => true, 'secure' => true, 'samesite' => 'Strict'")),
                healthy("two ports of localhost", Fixture.django()),
                healthy("the token in the session", settings("CSRF_USE_SESSIONS = True")),
                healthy("two hosts of one site", Fixture.django()).at("app.example.test", "api.example.test"),
                healthy(
                                "None and Secure between two names",
                                settings(
                                        "SESSION_COOKIE_SAMESITE = 'None'\nSESSION_COOKIE_SECURE = True\nCSRF_COOKIE_SAMESITE = 'None'\nCSRF_COOKIE_SECURE = True"))
                        .at("app.localhost", "api.localhost"),
                healthy("two ports, in Firefox", Fixture.django()).asked(plan -> plan.withProfile(Profile.FIREFOX)),
                healthy("two ports, in Safari", Fixture.express()).asked(plan -> plan.withProfile(Profile.SAFARI)));
    }
}
