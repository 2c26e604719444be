package dev.coatcheck.doctor;

import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * One backend with one app, and what is wrong with it.
 *
 * @param name what was done to it
 * @param fixture the backend
 * @param appHost the host of the app's page
 * @param apiHost the host of the API
 * @param plan what the doctor is told beyond the ordinary requests
 * @param expected the first finding; empty for a healthy one
 */
record Ailing(
        String name,
        Fixture fixture,
        String appHost,
        String apiHost,
        UnaryOperator<Plan> plan,
        Optional<FindingCode> expected) {

    static Ailing sick(FindingCode expected, String name, Fixture fixture) {
        return new Ailing(name, fixture, "localhost", "localhost", plan -> plan, Optional.of(expected));
    }

    static Ailing healthy(String name, Fixture fixture) {
        return new Ailing(name, fixture, "localhost", "localhost", plan -> plan, Optional.empty());
    }

    Ailing at(String newAppHost, String newApiHost) {
        return new Ailing(name, fixture, newAppHost, newApiHost, plan, expected);
    }

    Ailing asked(UnaryOperator<Plan> newPlan) {
        return new Ailing(name, fixture, appHost, apiHost, newPlan, expected);
    }

    /** The plan for an app on some port and a backend that runs. */
    Plan planFor(String app, Fixture.Running backend) {
        Plan plan = Plan.of(app, backend.at(apiHost))
                .withLogin(call("POST /login {\"username\":\"anna\",\"password\":\"correct horse\"}"))
                .withMe(call("GET /me"))
                .withUnsafe(call("POST /note {\"text\":\"x\"}"))
                .withLogout(call("POST /logout"));
        return this.plan.apply(fixture.stack() == Stack.DJANGO ? plan.withCsrf(call("GET /csrf")) : plan);
    }

    static Call call(String text) {
        return Call.parse(text, "GET").orElseThrow();
    }

    @Override
    public String toString() {
        return fixture + ": " + name + expected.map(code -> " → " + code.id()).orElse("");
    }
}
