package dev.coatcheck.doctor;

import dev.coatcheck.browser.Decision;
import dev.coatcheck.browser.Exchange;
import dev.coatcheck.browser.NetworkResponse;
import dev.coatcheck.browser.Rule;
import dev.coatcheck.browser.Step;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/** Tells a {@link Visit} step by step. */
final class Story {
    private final Visit visit;
    private final List<Finding> findings;
    private final List<StoryLine> lines = new ArrayList<>();

    private Story(Visit visit, List<Finding> findings) {
        this.visit = visit;
        this.findings = findings;
    }

    static List<StoryLine> of(Visit visit, List<Finding> findings) {
        return new Story(visit, findings).tell();
    }

    private List<StoryLine> tell() {
        Places places = new Places(visit.plan().app(), visit.plan().apiOrigin());
        lines.add(new StoryLine(StoryLine.Mark.FINE, Scene.PAGE.title(), "", places.describe()));
        visit.acts().forEach(this::tell);
        foreignOrigins();
        visit.raws().stream()
                .filter(raw -> raw.scene() != Scene.FOREIGN_ORIGINS)
                .forEach(this::tell);
        plannedButNotReached();
        return lines;
    }

    private void tell(Act act) {
        String request = act.method() + " " + act.url();
        act.outcome().preflight().ifPresent(preflight -> {
            boolean passed = act.outcome().actual().isPresent();
            lines.add(new StoryLine(
                    passed ? StoryLine.Mark.FINE : StoryLine.Mark.BROKEN,
                    "preflight",
                    "OPTIONS " + act.url(),
                    status(preflight) + (passed ? ", the request may follow" : ", the request is never sent")));
        });
        if (act.outcome().actual().isEmpty()) {
            lines.add(new StoryLine(
                    act.outcome().preflight().isPresent() ? StoryLine.Mark.SKIPPED : StoryLine.Mark.BROKEN,
                    act.scene().title(),
                    request,
                    "never leaves the browser"));
            return;
        }
        lines.add(new StoryLine(mark(act.scene(), request), act.scene().title(), request, says(act)));
    }

    private StoryLine.Mark mark(Scene scene, String request) {
        return findings.stream()
                .filter(finding -> finding.step().equals(scene.title())
                        && finding.request().equals(request))
                .filter(finding -> finding.weight() != Weight.NOTE)
                .map(finding -> finding.weight() == Weight.BREAKS ? StoryLine.Mark.BROKEN : StoryLine.Mark.DOUBTFUL)
                .findFirst()
                .orElse(StoryLine.Mark.FINE);
    }

    private static String status(Exchange exchange) {
        return exchange.response().map(r -> String.valueOf(r.status())).orElse("no answer");
    }

    private static String says(Act act) {
        StringBuilder text = new StringBuilder();
        act.outcome().exchanges().stream()
                .filter(exchange -> !exchange.request().preflight())
                .forEach(exchange -> text.append(text.isEmpty() ? "" : " → ").append(status(exchange)));
        text.append(act.outcome().readable() ? ", readable" : ", not readable for the page");
        append(text, "sends", act.outcome().sentCookies());
        append(text, "keeps", cookies(act, decision -> decision.allowed() && decision.rule() != Rule.COOKIE_DELETED));
        append(text, "removes", cookies(act, decision -> decision.rule() == Rule.COOKIE_DELETED));
        append(text, "drops", cookies(act, decision -> !decision.allowed()));
        return text.toString();
    }

    private static List<String> cookies(Act act, Predicate<Decision> wanted) {
        return act.outcome().decisions(Step.STORE_COOKIE).stream()
                .filter(decision -> !decision.preflight() && wanted.test(decision))
                .map(Decision::subject)
                .distinct()
                .toList();
    }

    private static void append(StringBuilder text, String verb, List<String> names) {
        if (!names.isEmpty()) {
            text.append(", ").append(verb).append(' ').append(String.join(" and ", names));
        }
    }

    private void foreignOrigins() {
        List<Raw> raws = visit.raws().stream()
                .filter(raw -> raw.scene() == Scene.FOREIGN_ORIGINS)
                .toList();
        if (raws.isEmpty()) {
            return;
        }
        List<String> allowed = raws.stream()
                .filter(Raw::letsReadWithCookies)
                .map(raw -> raw.origin().orElse(""))
                .toList();
        lines.add(new StoryLine(
                allowed.isEmpty() ? StoryLine.Mark.FINE : StoryLine.Mark.DOUBTFUL,
                Scene.FOREIGN_ORIGINS.title(),
                raws.get(0).method() + " " + raws.get(0).url(),
                allowed.isEmpty() ? "not allowed" : "allowed with cookies: " + String.join(", ", allowed)));
    }

    private void tell(Raw raw) {
        String request = raw.method() + " " + raw.url();
        String answer =
                raw.response().map(NetworkResponse::status).map(String::valueOf).orElse("no answer");
        lines.add(new StoryLine(mark(raw.scene(), request), raw.scene().title(), request, answer));
    }

    private void plannedButNotReached() {
        Plan plan = visit.plan();
        skipped(Scene.SIGN_IN, plan.login());
        if (plan.login().isPresent()) {
            skipped(Scene.SECOND_REQUEST, plan.me());
            skipped(Scene.UNSAFE_WITHOUT_TOKEN, plan.unsafe());
            skipped(Scene.SIGN_OUT, plan.logout());
        }
    }

    private void skipped(Scene scene, Optional<Call> call) {
        if (call.isPresent() && visit.act(scene).isEmpty()) {
            lines.add(new StoryLine(
                    StoryLine.Mark.SKIPPED,
                    scene.title(),
                    call.get().method() + " " + call.get().url(plan().api()),
                    "not reached"));
        }
    }

    private Plan plan() {
        return visit.plan();
    }
}
