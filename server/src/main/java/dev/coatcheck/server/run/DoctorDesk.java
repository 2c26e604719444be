package dev.coatcheck.server.run;

import dev.coatcheck.Password;
import dev.coatcheck.browser.Profile;
import dev.coatcheck.doctor.Call;
import dev.coatcheck.doctor.CouldNotRunException;
import dev.coatcheck.doctor.Doctor;
import dev.coatcheck.doctor.Plan;
import dev.coatcheck.json.JsonBody;
import dev.coatcheck.json.JsonDocument;
import dev.coatcheck.json.JsonMediaType;
import dev.coatcheck.site.Origin;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.function.Function;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/**
 * The doctor behind a form of the demo's page: {@code POST /doctor/examination}, answered line by line (JSON, one object a line): {@code
 * {"step": …}} while it asks, at the end {@code {"report": …}} or {@code {"refused": …}}.
 *
 * <p>It makes this program ask addresses that somebody else names, so it serves the demo's own page alone: its name in {@code Host} (no
 * name that was made to lead here), its origin in {@code Origin}, a JSON body. One examination runs at a time, for a minute. It asks loopback
 * addresses, looked up once, at the port that was given, unless whoever started the demo allowed more. Nothing of it is kept or logged.
 */
final class DoctorDesk extends Handler.Abstract {
    static final String PATH = "/doctor/examination";
    private static final int LIMIT = 8 << 10;
    private static final Duration TIME = Duration.ofMinutes(1);

    private final Origin page;
    private final String authority;
    private final Doctor doctor;
    private final Semaphore free = new Semaphore(1);

    DoctorDesk(Origin page, boolean asksOtherMachines) {
        this.page = page;
        this.authority = page.toString().substring(page.toString().indexOf("://") + 3);
        Doctor brief = new Doctor().within(TIME);
        this.doctor = asksOtherMachines ? brief : brief.onThisMachineOnly();
    }

    /**
     * What the form holds.
     *
     * @param app the origin of the person's app
     * @param api the URL of its API
     * @param browser chromium, firefox or safari
     * @param blocksThirdPartyCookies whether the browser's user blocks third-party cookies
     * @param login the path of the sign-in
     * @param body its body, with <code>{{password}}</code> where the password belongs
     * @param password what stands there
     * @param me a path that is answered to signed-in users only
     * @param logout the path of the sign-out
     */
    record Form(
            String app,
            String api,
            String browser,
            Optional<Boolean> blocksThirdPartyCookies,
            Optional<String> login,
            Optional<String> body,
            Optional<Password> password,
            Optional<String> me,
            Optional<String> logout) {}

    @Override
    public boolean handle(Request request, Response response, Callback callback) {
        if (!Request.getPathInContext(request).equals(PATH)) {
            return false;
        }
        response.getHeaders()
                .put(HttpHeader.CACHE_CONTROL, "no-store")
                .put("X-Content-Type-Options", "nosniff")
                .put("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")
                .put("Cross-Origin-Resource-Policy", "same-origin");
        Optional<Refusal> stranger = stranger(request);
        if (stranger.isPresent()) {
            return refuse(stranger.get(), response, callback);
        }
        return examine(request, response, callback);
    }

    private record Refusal(int status, String why) {}

    /** Who asks, the cheapest question first. Nothing of the request has been read yet. */
    private Optional<Refusal> stranger(Request request) {
        Function<String, Optional<String>> only = name -> {
            List<String> values = request.getHeaders().getValuesList(name);
            return values.size() == 1 ? Optional.of(values.get(0)) : Optional.empty();
        };
        if (!only.apply("Host").equals(Optional.of(authority))) {
            return Optional.of(new Refusal(421, "The doctor answers at " + page + " only. Open that page."));
        }
        if (!request.getMethod().equals("POST")) {
            return Optional.of(new Refusal(405, "The doctor is asked by POST."));
        }
        boolean sameOrigin = only.apply("Origin").equals(Optional.of(page.toString()))
                && only.apply("Sec-Fetch-Site").orElse("same-origin").equals("same-origin");
        if (!sameOrigin) {
            return Optional.of(new Refusal(403, "The doctor answers the page " + page + " only."));
        }
        if (!only.apply("Content-Type").filter(JsonMediaType::accepts).isPresent()) {
            return Optional.of(new Refusal(415, "Send the form as application/json."));
        }
        return Optional.empty();
    }

    private boolean examine(Request request, Response response, Callback callback) {
        Plan plan;
        try {
            JsonBody<Form> body = JsonBody.read(Content.Source.asInputStream(request), LIMIT, Form.class);
            Optional<Refusal> unread = body.fold(
                    read -> Optional.empty(),
                    no -> Optional.of(new Refusal(no.reason().status(), no.detail())));
            if (unread.isPresent()) {
                return refuse(unread.get(), response, callback);
            }
            plan = body.fold(DoctorDesk::plan, no -> {
                throw new IllegalStateException(no.detail());
            });
        } catch (IllegalArgumentException e) {
            return refuse(new Refusal(400, inWordsOfTheForm(e)), response, callback);
        } catch (IOException e) {
            callback.failed(e);
            return true;
        }
        if (!free.tryAcquire()) {
            response.getHeaders().put(HttpHeader.RETRY_AFTER, "5");
            return refuse(
                    new Refusal(429, "Another examination is under way, in another tab perhaps. Wait for its end."),
                    response,
                    callback);
        }
        response.setStatus(200);
        response.getHeaders().put(HttpHeader.CONTENT_TYPE, "application/x-ndjson");
        try (OutputStream out = Content.Sink.asOutputStream(response)) {
            say(out, conclusion(plan, out));
            callback.succeeded();
        } catch (IOException | UncheckedIOException e) {
            // The page is gone, and with it the one who wanted to know.
            callback.failed(e);
        }
        return true;
    }

    /** The last line. The desk is free again before it is written: whoever has read it may ask at once. */
    private String conclusion(Plan plan, OutputStream out) {
        try {
            return "{\"report\":"
                    + doctor.examine(plan, step -> tell(out, step)).toJson() + "}";
        } catch (CouldNotRunException e) {
            return refusal(String.valueOf(e.getMessage()));
        } finally {
            free.release();
        }
    }

    private static void tell(OutputStream out, String step) {
        try {
            say(out, JsonDocument.text(Map.of("step", step)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void say(OutputStream out, String line) throws IOException {
        out.write((line + "\n").getBytes(StandardCharsets.UTF_8));
        out.flush();
    }

    // What the form asks for

    private static Plan plan(Form form) {
        Plan plan = Plan.of(form.app().strip(), form.api().strip()).withProfile(profile(form.browser()));
        plan = form.blocksThirdPartyCookies().orElse(false) ? plan.withThirdPartyCookiesBlocked() : plan;
        plan = call("Only for signed-in users", form.me(), "GET")
                .map(plan::withMe)
                .orElse(plan);
        plan = call("Sign-out", form.logout(), "POST").map(plan::withLogout).orElse(plan);
        Optional<Call> login = call(
                "Sign-in",
                form.login()
                        .map(path -> path
                                + form.body().map(body -> " " + body.strip()).orElse("")),
                "POST");
        try {
            String password = form.password()
                    .map(typed -> new String(typed.utf8(), StandardCharsets.UTF_8))
                    .orElse("");
            return login.map(call -> call.withPassword(password))
                    .map(plan::withLogin)
                    .orElse(plan);
        } finally {
            form.password().ifPresent(Password::wipe);
        }
    }

    /** A path below the API's URL, never another URL. */
    private static Optional<Call> call(String field, Optional<String> path, String method) {
        return path.map(String::strip).filter(text -> !text.isEmpty()).map(text -> {
            if (!text.matches("(?s)(GET |POST |PUT |PATCH |DELETE )?/(?!/).*")) {
                throw new IllegalArgumentException(field + " is a path below the API's URL, such as /login");
            }
            return Call.parse(text, method)
                    .orElseThrow(() -> new IllegalArgumentException(field + " is a path such as /login"));
        });
    }

    private static Profile profile(String name) {
        try {
            return Profile.valueOf(name.toUpperCase(Locale.ROOT));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("The browser is chromium, firefox or safari", e);
        }
    }

    private static String inWordsOfTheForm(IllegalArgumentException e) {
        return String.valueOf(e.getMessage()).replace("--app", "The app").replace("--api", "The API") + ".";
    }

    private static String refusal(String why) {
        return JsonDocument.text(Map.of("refused", why));
    }

    private static boolean refuse(Refusal refusal, Response response, Callback callback) {
        response.setStatus(refusal.status());
        response.getHeaders().put(HttpHeader.CONTENT_TYPE, JsonDocument.MEDIA_TYPE);
        response.write(true, ByteBuffer.wrap(refusal(refusal.why()).getBytes(StandardCharsets.UTF_8)), callback);
        return true;
    }
}
