package dev.coatcheck.doctor;

import dev.coatcheck.browser.Browser;
import dev.coatcheck.browser.BrowserSettings;
import dev.coatcheck.browser.Credentials;
import dev.coatcheck.browser.Decision;
import dev.coatcheck.browser.Headers;
import dev.coatcheck.browser.Network;
import dev.coatcheck.browser.NetworkResponse;
import dev.coatcheck.browser.Outcome;
import dev.coatcheck.browser.Profile;
import dev.coatcheck.browser.Request;
import dev.coatcheck.browser.RequestKind;
import dev.coatcheck.browser.Step;
import dev.coatcheck.site.Origin;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What a browser does with given headers of one answer: kept or not, sent back when, readable or not. Asks nobody. */
final class Explanation {
    private final List<HeaderLine> headers;
    private final String page;
    private final String url;
    private final Profile profile;
    private final List<StoryLine> story = new ArrayList<>();

    Explanation(List<HeaderLine> headers, String page, String url, Profile profile) {
        this.headers = headers;
        this.page = page;
        this.url = url;
        this.profile = profile;
    }

    Visit visit() throws CouldNotRunException {
        Origin app = Origin.ofUrl(page).orElseThrow(() -> notUrl("--page", page));
        Origin api = Origin.ofUrl(url).orElseThrow(() -> notUrl("--request", url));
        NetworkResponse answer = answer(app);
        Network network = request -> answer;
        Browser browser = Browser.of(BrowserSettings.DEFAULT.withProfile(profile), network)
                .open(page);
        Act first = act(Scene.SIGN_IN, browser);
        cookieStory(first, app, api);
        return new Visit(
                Plan.of(app.toString(), api.toString()).withProfile(profile),
                List.of(first),
                List.of(),
                Optional.empty(),
                Optional.empty(),
                List.of(),
                false);
    }

    private static CouldNotRunException notUrl(String option, String text) {
        return CouldNotRunException.because(
                option + " must be an http or https URL such as https://app.example.com/, got '" + text + "'.");
    }

    /** Without CORS headers of its own, the answer gets good ones: the question is about the cookie then. */
    private NetworkResponse answer(Origin app) {
        Headers fields = Headers.NONE;
        for (HeaderLine line : headers) {
            fields = fields.plus(line.name(), line.value());
        }
        if (headers.stream().noneMatch(HeaderLine::isCors)) {
            fields = fields.plus("Access-Control-Allow-Origin", app.toString())
                    .plus("Access-Control-Allow-Credentials", "true");
        }
        return new NetworkResponse(200, fields, "");
    }

    private Act act(Scene scene, Browser browser) {
        Request request = Request.get(url).credentials(Credentials.INCLUDE);
        Outcome outcome = browser.send(request);
        return new Act(scene, request, "GET", url, outcome, browser.cookies(), false);
    }

    private void cookieStory(Act first, Origin app, Origin api) {
        story.add(new StoryLine(StoryLine.Mark.FINE, Scene.PAGE.title(), "", new Places(app, api).describe()));
        if (headers.stream().anyMatch(HeaderLine::isCors)) {
            boolean readable = first.outcome().readable();
            story.add(line(
                    readable,
                    "answer",
                    readable
                            ? "readable for the page, with credentials"
                            : "not readable for the page, with credentials"));
        }
        for (Decision decision : first.outcome().decisions(Step.STORE_COOKIE)) {
            story.add(line(
                    decision.allowed(),
                    "answer",
                    (decision.allowed() ? "keeps " : "drops ") + decision.subject() + ": "
                            + decision.rule().says() + " (" + decision.standard() + ")"));
        }
        if (!first.jar().isEmpty()) {
            sending("fetch with credentials", Request.get(url).credentials(Credentials.INCLUDE), page);
            sending("link to the API", Request.of(RequestKind.LINK, "GET", url).userGesture(), page);
            sending(
                    "form POST to the API",
                    Request.of(RequestKind.FORM, "POST", url).userGesture(),
                    page);
            readableByScripts();
        }
    }

    /** Each way of asking gets a browser of its own, in which only the answer in question came before. */
    private void sending(String step, Request request, String from) {
        Browser browser = prepared().open(from);
        List<String> sent = browser.send(request).sentCookies();
        story.add(new StoryLine(
                StoryLine.Mark.FINE,
                step,
                request.method() + " " + url,
                sent.isEmpty() ? "sends no cookie" : "sends " + String.join(" and ", sent)));
    }

    private Browser prepared() {
        NetworkResponse answer = answer(Origin.ofUrl(page).orElseThrow());
        Network network = request -> request.method().equals("GET") ? answer : NetworkResponse.of(200);
        Browser browser = Browser.of(BrowserSettings.DEFAULT.withProfile(profile), network)
                .open(page);
        browser.send(Request.get(url).credentials(Credentials.INCLUDE));
        return browser;
    }

    private void readableByScripts() {
        String cookies = prepared().documentCookie().orElse("");
        story.add(new StoryLine(
                StoryLine.Mark.FINE,
                "document.cookie",
                page,
                cookies.isEmpty() ? "shows nothing to the page's scripts" : "shows the cookie to the page's scripts"));
    }

    private StoryLine line(boolean fine, String step, String says) {
        return new StoryLine(fine ? StoryLine.Mark.FINE : StoryLine.Mark.BROKEN, step, "GET " + url, says);
    }

    List<StoryLine> story() {
        return List.copyOf(story);
    }
}
