package dev.coatcheck.doctor;

import dev.coatcheck.browser.Credentials;
import dev.coatcheck.browser.Headers;
import dev.coatcheck.browser.Profile;
import dev.coatcheck.site.Origin;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * What a live examination does: who asks whom, and by which requests.
 *
 * @param app the origin of the page
 * @param api the URL of the API without a slash at the end; paths of calls are put behind it
 * @param csrf what the app asks for a token against forgery before it signs in
 * @param login the sign-in, the password already in place
 * @param me the request that is answered to a signed-in user only; the API's URL itself by default
 * @param logout the sign-out
 * @param unsafe a request that changes something, made up to three times
 * @param headers what the app's fetch adds to every request
 * @param credentials what the app's fetch does with cookies
 * @param profile the browser
 * @param blocksThirdPartyCookies whether its user blocks third-party cookies
 * @param stack what the backend is built with, if it is known better than its answers tell
 */
public record Plan(
        Origin app,
        String api,
        Optional<Call> csrf,
        Optional<Call> login,
        Optional<Call> me,
        Optional<Call> logout,
        Optional<Call> unsafe,
        Headers headers,
        Credentials credentials,
        Profile profile,
        boolean blocksThirdPartyCookies,
        Optional<Stack> stack) {
    /**
     * A plan that looks at the API's URL only.
     *
     * @throws IllegalArgumentException when the app is no origin or the API no http or https URL; the message says how they are written
     */
    public static Plan of(String app, String api) {
        Origin origin = Origin.parse(stripSlash(app))
                .orElseThrow(() -> new IllegalArgumentException(
                        "--app must be an origin such as http://localhost:5173 (scheme, host, port), got '" + app
                                + "'"));
        if (Origin.ofUrl(api).isEmpty() || api.chars().anyMatch(c -> "?#@".indexOf(c) >= 0)) {
            throw new IllegalArgumentException(
                    "--api must be an http or https URL such as http://localhost:8000 or https://api.example.com/v1, got '"
                            + api + "'");
        }
        return new Plan(
                origin,
                stripSlash(api),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Headers.NONE,
                Credentials.INCLUDE,
                Profile.CHROMIUM,
                false,
                Optional.empty());
    }

    private static String stripSlash(String url) {
        return url.endsWith("/") ? url.substring(0, url.length() - 1) : url;
    }

    /** The origin of the API. */
    public Origin apiOrigin() {
        return Origin.ofUrl(api).orElseThrow();
    }

    /** The same plan with a request for a token against forgery. */
    public Plan withCsrf(Call call) {
        return with(draft -> draft.csrf = Optional.of(call));
    }

    /** The same plan with a sign-in. */
    public Plan withLogin(Call call) {
        return with(draft -> draft.login = Optional.of(call));
    }

    /** The same plan with a request for signed-in users. */
    public Plan withMe(Call call) {
        return with(draft -> draft.me = Optional.of(call));
    }

    /** The same plan with a sign-out. */
    public Plan withLogout(Call call) {
        return with(draft -> draft.logout = Optional.of(call));
    }

    /** The same plan with a request that changes something. */
    public Plan withUnsafe(Call call) {
        return with(draft -> draft.unsafe = Optional.of(call));
    }

    /** The same plan with headers that the app's fetch adds to every request. */
    public Plan withHeaders(Headers more) {
        return with(draft -> draft.headers = more);
    }

    /** The same plan with another credentials mode of the app's fetch. */
    public Plan withCredentials(Credentials mode) {
        return with(draft -> draft.credentials = mode);
    }

    /** The same plan for another browser. */
    public Plan withProfile(Profile other) {
        return with(draft -> draft.profile = other);
    }

    /** The same plan for a user who blocks third-party cookies. */
    public Plan withThirdPartyCookiesBlocked() {
        return with(draft -> draft.blocksThirdPartyCookies = true);
    }

    /** The same plan with a stack that is known. */
    public Plan withStack(Stack known) {
        return with(draft -> draft.stack = Optional.of(known));
    }

    private Plan with(Consumer<Draft> change) {
        Draft draft = new Draft(this);
        change.accept(draft);
        return draft.plan();
    }

    private static final class Draft {
        private final Plan from;
        private Optional<Call> csrf;
        private Optional<Call> login;
        private Optional<Call> me;
        private Optional<Call> logout;
        private Optional<Call> unsafe;
        private Headers headers;
        private Credentials credentials;
        private Profile profile;
        private boolean blocksThirdPartyCookies;
        private Optional<Stack> stack;

        Draft(Plan from) {
            this.from = from;
            csrf = from.csrf();
            login = from.login();
            me = from.me();
            logout = from.logout();
            unsafe = from.unsafe();
            headers = from.headers();
            credentials = from.credentials();
            profile = from.profile();
            blocksThirdPartyCookies = from.blocksThirdPartyCookies();
            stack = from.stack();
        }

        Plan plan() {
            return new Plan(
                    from.app(),
                    from.api(),
                    csrf,
                    login,
                    me,
                    logout,
                    unsafe,
                    headers,
                    credentials,
                    profile,
                    blocksThirdPartyCookies,
                    stack);
        }
    }
}
