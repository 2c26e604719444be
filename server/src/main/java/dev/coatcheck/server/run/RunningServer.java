package dev.coatcheck.server.run;

import dev.coatcheck.AccessRules;
import dev.coatcheck.Coatcheck;
import dev.coatcheck.Routes;
import dev.coatcheck.endpoints.AuthEndpoints;
import dev.coatcheck.endpoints.SessionEvents;
import dev.coatcheck.json.JsonValues;
import dev.coatcheck.server.JettyServer;
import dev.coatcheck.session.SessionEvent;
import dev.coatcheck.settings.ListenAddress;
import dev.coatcheck.settings.SettingsTable;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.channels.UnresolvedAddressException;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Server;

/** A server that runs over one installation: pipeline, endpoints, health and purge. */
public final class RunningServer implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(RunningServer.class.getName());

    private final Health health;
    private final Purge purge;
    private final SessionEvents events;
    private final List<Server> servers = new ArrayList<>();

    private RunningServer(Health health, Purge purge, SessionEvents events) {
        this.health = health;
        this.purge = purge;
        this.events = events;
    }

    /**
     * Starts to answer.
     *
     * @throws CannotStartException when it can't listen, or the key ring can't be opened
     */
    public static RunningServer start(Installation installation, Application application) {
        SecureRandom random = new SecureRandom();
        InstantSource clock = InstantSource.system();
        Plan plan = installation.plan();
        Health health = new Health(installation.sessions(), clock, random, System::nanoTime);
        Purge purge = new Purge(
                installation.sessions(),
                installation.counters(),
                clock,
                plan.settings().get(SettingsTable.SESSION_PURGE_EVERY),
                random);
        SessionEvents events =
                SessionEvents.over(installation.sessions(), plan.configuration().events(), clock, random);
        installation.metrics().ifPresent(metrics -> metrics.watch(events));
        RunningServer running = new RunningServer(health, purge, events);
        try {
            String base = plan.settings().get(SettingsTable.BASE_PATH);
            Routes endpoints = new AuthEndpoints(
                            installation.authenticator(), plan.configuration().transports())
                    .withEvents(events)
                    .at(base.equals("/") ? "" : base);
            Coatcheck coatcheck = plan.configuration()
                    .pipeline(
                            installation.sessions(),
                            Installation.keyRing(plan.settings(), random).openOrCreate(clock.instant()),
                            new JsonValues())
                    .rules(withHealth(application.rules()))
                    .routes(health.on(endpoints))
                    .events(told(installation))
                    .problems(problem -> installation.metrics().ifPresent(metrics -> metrics.count(problem)))
                    .build();
            ListenAddress listen = plan.settings().get(SettingsTable.LISTEN);
            Server server = JettyServer.listening(
                    address(listen), coatcheck, application.handler().get(), plan.limits());
            installation.metrics().ifPresent(metrics -> server.insertHandler(metrics.countingRequests()));
            running.listen(server, listen, "listen");
            plan.settings()
                    .get(SettingsTable.MANAGEMENT_LISTEN)
                    .ifPresent(management -> running.listen(
                            Management.listening(
                                    address(management), installation.metrics().orElseThrow()),
                            management,
                            "management.listen"));
            purge.begin();
            return running;
        } catch (RuntimeException e) {
            running.close();
            throw e;
        }
    }

    private static SessionEvent.Listener told(Installation installation) {
        SessionEvent.Listener log = new EventLog(System::nanoTime);
        return installation
                .metrics()
                .<SessionEvent.Listener>map(metrics -> event -> {
                    metrics.on(event);
                    log.on(event);
                })
                .orElse(log);
    }

    /** Serves a built app beside it, on an address of its own; another handler is asked before it. */
    void serveApp(StaticApp app, Handler before, ListenAddress listen, String option) {
        listen(app.listening(address(listen), before), listen, option);
    }

    /** Waits until it is stopped. */
    public void join() throws InterruptedException {
        for (Server server : servers) {
            server.join();
        }
    }

    private void listen(Server server, ListenAddress listen, String setting) {
        try {
            server.start();
            servers.add(server);
        } catch (Exception e) {
            throw cannotListen(listen, setting, e);
        }
    }

    static CannotStartException cannotListen(ListenAddress listen, String setting, Exception e) {
        List<Throwable> chain = Stream.iterate((Throwable) e, cause -> cause != null, Throwable::getCause)
                .limit(10)
                .toList();
        if (chain.stream().anyMatch(cause -> cause instanceof UnresolvedAddressException)
                || chain.stream().anyMatch(cause -> cause instanceof UnknownHostException)) {
            return CannotStartException.because(
                    "The host " + listen.host() + " is not known here.", "Correct " + setting + ".", e);
        }
        String why = chain.stream()
                .filter(BindException.class::isInstance)
                .map(cause -> String.valueOf(cause.getMessage()))
                .findFirst()
                .orElse("");
        if (why.contains("in use")) {
            return CannotStartException.because(
                    "Port " + listen.port() + " is in use already.",
                    "Stop what listens on " + listen + ", or choose another port with " + setting + ".",
                    e);
        }
        if (why.contains("ermission")) {
            return CannotStartException.because(
                    "This user may not listen on port " + listen.port() + ".",
                    "Choose a port above 1023 with " + setting + ".",
                    e);
        }
        if (why.contains("assign")) {
            return CannotStartException.because(
                    "This machine has no address " + listen.host() + ".",
                    "Correct " + setting + "; 127.0.0.1 is this machine alone, 0.0.0.0 every address it has.",
                    e);
        }
        return CannotStartException.because(
                "Can't listen on " + listen + ": " + e.getMessage() + ".", "Correct " + setting + ".", e);
    }

    private static InetSocketAddress address(ListenAddress listen) {
        return new InetSocketAddress(listen.host(), listen.port());
    }

    private static AccessRules withHealth(AccessRules rules) {
        return rules.withSessionless(Stream.concat(rules.sessionless().stream(), Health.PATHS.stream())
                .toList());
    }

    /** Ends event streams and lets requests in flight finish, within limits.stop-within; the installation stays open. */
    @Override
    public void close() {
        purge.close();
        health.close();
        events.close();
        servers.parallelStream().forEach(RunningServer::stop);
    }

    private static void stop(Server server) {
        try {
            server.stop();
        } catch (Exception e) {
            LOG.log(System.Logger.Level.DEBUG, "Requests in flight were cut off", e);
        }
    }
}
