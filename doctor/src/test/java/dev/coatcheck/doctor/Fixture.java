package dev.coatcheck.doctor;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A backend of one stack: a template whose marked places hold healthy code, unless a case puts something else there. Immutable; started by
 * {@link #start}.
 */
final class Fixture {
    private final Stack stack;
    private final Map<String, String> slots;

    private Fixture(Stack stack, Map<String, String> slots) {
        this.stack = stack;
        this.slots = slots;
    }

    static Fixture express() {
        return new Fixture(
                Stack.EXPRESS,
                Map.of(
                        "cors",
                        "app.use(cors({ origin: [APP], credentials: true }));",
                        "session",
                        "app.use(session({ secret: process.env.SESSION_SECRET, resave: false, saveUninitialized: false,"
                                + " cookie: { httpOnly: true, sameSite: 'lax' } }));",
                        "cache",
                        "app.use((req, res, next) => { res.set('Cache-Control', 'private, no-store'); next(); });",
                        "guard",
                        "signedIn,",
                        "login",
                        "req.session.regenerate((error) => { if (error) { next(error); return; }"
                                + " req.session.user = user; res.json(withToken(req)); });",
                        "logout",
                        "req.session.destroy((error) => { if (error) { next(error); return; }"
                                + " res.clearCookie('connect.sid', { path: '/' }); res.sendStatus(204); });",
                        "check",
                        "checked,"));
    }

    static Fixture php() {
        return new Fixture(
                Stack.PHP,
                Map.of(
                        "cors",
                        """
                        header('Vary: Origin');
                        if (($_SERVER['HTTP_ORIGIN'] ?? '') === $app) {
                            header('Access-Control-Allow-Origin: ' . $app);
                            header('Access-Control-Allow-Credentials: true');
                        }
                        if ($_SERVER['REQUEST_METHOD'] === 'OPTIONS') {
                            header('Access-Control-Allow-Methods: GET, POST, PUT');
                            header('Access-Control-Allow-Headers: Content-Type, X-CSRF-Token');
                            http_response_code(204);
                            exit;
                        }
                        """,
                        "session",
                        "session_set_cookie_params(['path' => '/', 'httponly' => true, 'samesite' => 'Lax']);",
                        "cache",
                        "session_cache_limiter('nocache');",
                        "login",
                        "session_regenerate_id(true);",
                        "logout",
                        """
                        $_SESSION = [];
                        session_destroy();
                        setcookie(session_name(), '', ['expires' => 1]
                            + array_diff_key(session_get_cookie_params(), ['lifetime' => 0]));
                        """,
                        "check",
                        "if (($_SERVER['HTTP_X_CSRF_TOKEN'] ?? '') !== $_SESSION['csrf'])"
                                + " { answer(403, ['error' => 'csrf-missing']); }"));
    }

    static Fixture django() {
        return new Fixture(
                Stack.DJANGO,
                Map.of(
                        "settings",
                        """
                        CORS_ALLOWED_ORIGINS = [APP]
                        CORS_ALLOW_CREDENTIALS = True
                        CSRF_TRUSTED_ORIGINS = [APP]
                        """,
                        "login",
                        "request.session.cycle_key()\nrotate_token(request)",
                        "logout",
                        "request.session.flush()"));
    }

    Stack stack() {
        return stack;
    }

    /** The same backend with other code in one place. */
    Fixture with(String slot, String code) {
        Map<String, String> more = new HashMap<>(slots);
        more.put(slot, code);
        return new Fixture(stack, more);
    }

    /** The same backend with code added to one place. */
    Fixture plus(String slot, String code) {
        return with(slot, slots.getOrDefault(slot, "") + "\n" + code);
    }

    /** The same backend after the advice was taken: its lines stand where the advice says that they belong. */
    Fixture cured(Cure cure) {
        String code = String.join("\n", cure.lines());
        return switch (stack) {
            case DJANGO -> code.contains(" = ") ? plus("settings", code) : with("login", code);
            case PHP -> code.contains("$allowed") ? with("before", code).with("cors", "") : with(phpSlot(code), code);
            default ->
                code.contains("cors(")
                        ? with("before", code + "\n" + slots.getOrDefault("before", ""))
                                .with("cors", "")
                        : with(expressSlot(code), code);
        };
    }

    private static String phpSlot(String code) {
        if (code.contains("session_regenerate_id")) {
            return "login";
        }
        if (code.contains("session_destroy")) {
            return "logout";
        }
        return "session";
    }

    private static String expressSlot(String code) {
        if (code.contains("regenerate(")) {
            return "login";
        }
        if (code.contains("destroy(")) {
            return "logout";
        }
        return "session";
    }

    /** Starts it for an app of some origin, on a free port of 127.0.0.1. */
    Running start(String app, Path folder) {
        try {
            Path file = folder.resolve(fileName());
            Files.createDirectories(folder.resolve("sessions"));
            Files.writeString(file, filled());
            Map<String, String> environment = new LinkedHashMap<>();
            environment.put("APP", app);
            environment.put("SESSIONS", folder.resolve("sessions").toString());
            if (stack == Stack.PHP) {
                return startPhp(file, environment);
            }
            Program program = launch(file, 0, environment);
            String line = program.await(said -> said.startsWith("listening "));
            return new Running(program, Integer.parseInt(line.substring("listening ".length())));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** PHP's server can't choose a free port by itself, so somebody else may take it first. */
    private Running startPhp(Path file, Map<String, String> environment) throws IOException {
        for (int attempt = 0; ; attempt++) {
            int port = freePort();
            Program program = launch(file, port, environment);
            String line = program.await(said -> said.contains(") started") || said.contains("Failed to listen"));
            if (line.contains(") started")) {
                return new Running(program, port);
            }
            program.close();
            if (attempt == 4) {
                throw new AssertionError("PHP finds no free port: " + line);
            }
        }
    }

    private Program launch(Path file, int port, Map<String, String> environment) {
        return switch (stack) {
            case DJANGO ->
                Program.start(
                        "Django is needed: apt-get install python3-django python3-django-cors-headers",
                        environment,
                        "/usr/bin/python3",
                        file.toString());
            case PHP ->
                Program.start(
                        "PHP is needed: apt-get install php-cli",
                        environment,
                        "php",
                        "-n",
                        "-d",
                        "display_errors=stderr",
                        "-S",
                        "127.0.0.1:" + port,
                        file.toString());
            default -> {
                environment.put("NODE_PATH", NodeModules.folder().toString());
                environment.put("NODE_ENV", "test");
                yield Program.start("Node is needed on the PATH", environment, "node", file.toString());
            }
        };
    }

    private String fileName() {
        return switch (stack) {
            case DJANGO -> "app.py";
            case PHP -> "router.php";
            default -> "server.js";
        };
    }

    private String filled() throws IOException {
        String template = Files.readString(Path.of("src", "test", "fixtures", stack.id(), fileName()));
        Pattern mark = Pattern.compile(stack == Stack.DJANGO ? "(?m)^([ ]*)#@(\\w+)$" : "()/\\*@(\\w+)\\*/");
        Matcher matcher = mark.matcher(template);
        return matcher.replaceAll(
                found -> Matcher.quoteReplacement(indented(found.group(1), slots.getOrDefault(found.group(2), ""))));
    }

    private static String indented(String indent, String code) {
        return code.lines().map(line -> indent + line).collect(Collectors.joining("\n"));
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    /** A backend that runs. */
    record Running(Program program, int port) implements AutoCloseable {
        String at(String host) {
            return "http://" + host + ":" + port;
        }

        @Override
        public void close() {
            program.close();
        }
    }

    @Override
    public String toString() {
        return stack.id();
    }
}
