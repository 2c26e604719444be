package dev.coatcheck;

import dev.coatcheck.cors.CorsDecision;
import dev.coatcheck.csrf.CsrfToken;
import dev.coatcheck.http.Header;
import dev.coatcheck.http.WebRequest;
import dev.coatcheck.http.WebResponse;
import dev.coatcheck.session.Device;
import dev.coatcheck.session.SessionEvent;
import dev.coatcheck.site.SetCookie;
import dev.coatcheck.store.StoreUnavailableException;
import dev.coatcheck.store.StoredSession;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;

/**
 * One request and what is decided about its answer.
 *
 * <p>The application reads and changes {@link #session}; the adapter calls {@link #commitHead} before the first byte of the
 * answer and {@link #finish} at its end.
 */
public final class Exchange {
    /** The name under which adapters keep the exchange as an attribute of their own request type. */
    public static final String ATTRIBUTE = "dev.coatcheck.exchange";

    private static final System.Logger LOG = System.getLogger(Exchange.class.getName());
    private static final AtomicLong OUTAGE_SAID = new AtomicLong(System.nanoTime());
    private static final Duration RETRY_AFTER = Duration.ofSeconds(2);
    /** Says that the session was read as this node last knew it, while the store was silent. */
    private static final Header STALE = new Header("Coatcheck-Session", "stale");

    private static final Header PRIVATE = new Header("Cache-Control", "private, no-store");

    private static final Caller NOBODY_YET = new Caller.Nobody(Problem.sessionMissing());

    private final Coatcheck.Parts parts;
    private final WebRequest request;
    private final CorsDecision origin;
    private final List<Header> extra = new ArrayList<>();
    private Caller caller = NOBODY_YET;
    private Session session;
    private boolean headerBorne;
    private boolean keepPrivate;
    private boolean untouched;
    private boolean withoutTicket;
    private Optional<Head> head = Optional.empty();
    private boolean finished;

    Exchange(Coatcheck.Parts parts, WebRequest request, CorsDecision origin) {
        this.parts = parts;
        this.request = request;
        this.origin = origin;
        this.session = new Session(parts.desk(), this, caller);
    }

    void as(Caller known, boolean byHeader) {
        caller = known;
        headerBorne = byHeader;
        session = new Session(parts.desk(), this, known);
    }

    public WebRequest request() {
        return request;
    }

    /** Who sent the request, as it was recognised when it came in. */
    public Caller caller() {
        return caller;
    }

    /** The session, to read and to change; nothing is stored for a visitor until there is something to remember. */
    public Session session() {
        return session;
    }

    /** The instant that this exchange decides by, in milliseconds. */
    public Instant now() {
        return parts.desk().now();
    }

    /** The client's address, after trusted proxies. */
    public String clientAddress() {
        return parts.desk().proxies().clientAddress(request);
    }

    /** The device that this request comes from; without a name given, one is made of the user agent. */
    public Device device(String name) {
        String agent = request.header("User-Agent").orElse("");
        return new Device(name.isBlank() ? UserAgents.describe(agent) : name, agent, clientAddress());
    }

    /** The value of a query parameter, percent-decoded; empty unless it came exactly once. */
    public Optional<String> queryParameter(String name) {
        return Target.queryParameter(request.query().orElse(""), name);
    }

    /** This request does not count as activity: last-seen stays. */
    public void doNotTouch() {
        untouched = true;
    }

    /** This request only looks: it does not count as activity, and its answer hands out no ticket. */
    public void lookOnly() {
        untouched = true;
        withoutTicket = true;
    }

    /** The answer names a person or carries a token: no cache may keep it, whatever the application says. */
    public void keepPrivate() {
        keepPrivate = true;
    }

    /** Whether the request names, by its Origin header, an app's origin or the public one. */
    public boolean fromListedOrigin() {
        return parts.origins().namesAFriend(request);
    }

    /**
     * A CSRF token for the session as it is now, also put into the exposed header and the readable cookie; without a session,
     * one bound to a nonce cookie.
     */
    public CsrfToken handOutCsrf() {
        keepPrivate();
        session.requireFresh("csrf token");
        requireNotOvertaken();
        session.storeWhatIsRemembered();
        CsrfToken token = session.stored().map(this::csrfOf).orElseGet(this::csrfBeforeSignIn);
        extra.add(new Header(parts.forgery().answerHeader(), token.reveal()));
        if (takesCookies()) {
            parts.forgery()
                    .readableCookie()
                    .map(name -> parts.desk().cookie().readableSibling(name, token.reveal()))
                    .ifPresent(this::send);
        }
        return token;
    }

    /**
     * Writes what changed, once, and says which header lines the answer needs. Idempotent. When the session ended or changed
     * hands meanwhile, or the store is silent, it is the answer itself that changes: 401 or 503.
     */
    public Head commitHead() {
        if (head.isEmpty()) {
            head = Optional.of(decideHead());
        }
        return head.get();
    }

    /** {@link #commitHead} for an answer that is complete. */
    public WebResponse answer(WebResponse response) {
        return answer(() -> response);
    }

    /** {@link #commitHead} for an answer that is a problem, such as 404: unlike {@link #refuse}, it undoes nothing. */
    public WebResponse answer(Problem problem) {
        return answer(() -> parts.document(problem));
    }

    private WebResponse answer(Supplier<WebResponse> answering) {
        return commitHead()
                .fold(
                        ready -> {
                            List<String> gone = new ArrayList<>();
                            List<Header> lines = new ArrayList<>();
                            ready.applyTo(
                                    gone::add,
                                    header -> {
                                        gone.add(header.name());
                                        lines.add(header);
                                    },
                                    lines::add);
                            return answering.get().without(gone).with(lines);
                        },
                        refused -> refused);
    }

    /**
     * Writes attributes that were changed after the head. Too late for a new session and for a problem document: then the
     * change is lost, with a warning.
     *
     * @return whether nothing was lost
     */
    public boolean finish() {
        if (finished) {
            return true;
        }
        boolean kept = true;
        if (head.isEmpty()) {
            kept = commitHead().fold(ready -> true, refused -> false);
        }
        finished = true;
        return kept && commitRest();
    }

    /**
     * Writes attributes that were changed after the head, while more may come: to be called before the last bytes of an answer,
     * so that whoever has read all of it finds them. What can't be written now is tried again by {@link #finish}.
     *
     * @return whether nothing was lost so far
     */
    public boolean commitRest() {
        if (!session.hasPending() || head.filter(Head.Ready.class::isInstance).isEmpty()) {
            return true;
        }
        try {
            session.commit(() -> false);
            return true;
        } catch (ProblemException | StoreUnavailableException | IllegalStateException e) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    "Attributes set after the answer''s head were lost: {0}",
                    e.getMessage());
            return false;
        }
    }

    /** The problem as an answer to this request, CORS headers included; nothing is written. */
    public WebResponse refuse(Problem problem) {
        WebResponse answer = parts.document(problem).with(origin.headers());
        head = Optional.of(new Head.Refused(answer));
        return answer;
    }

    /**
     * The answer when the application, or an endpoint, threw before the head was written: a {@link ProblemException}'s problem,
     * 503 for a silent store, 500 for anything else, which is logged here. CORS headers included; nothing is written.
     */
    public WebResponse answerFor(Throwable e) {
        if (e instanceof ProblemException known) {
            return refuseHandingOver(known.problem());
        }
        if (e instanceof StoreUnavailableException) {
            LOG.log(levelOfOutage(System.nanoTime()), "Answering 503: {0}", e.getMessage());
            return refuse(Problem.storeUnavailable(RETRY_AFTER));
        }
        LOG.log(System.Logger.Level.ERROR, "Answering 500", e);
        return refuse(Problem.internal());
    }

    /** An outage is said once a second: thousands of requests may meet it. */
    private static System.Logger.Level levelOfOutage(long nanos) {
        long last = OUTAGE_SAID.get();
        boolean due = nanos - last >= 0
                && OUTAGE_SAID.compareAndSet(last, nanos + Duration.ofSeconds(1).toNanos());
        return due ? System.Logger.Level.WARNING : System.Logger.Level.DEBUG;
    }

    void tellRefusal(Problem problem) {
        parts.desk()
                .tell(
                        SessionEvent.Kind.FORGERY_REFUSED,
                        caller.holder().map(Caller.Holder::session),
                        now(),
                        problem.code());
    }

    /** Whether a cookie can be the answer: cookies are on, and the request did not choose a header. */
    public boolean takesCookies() {
        return !headerBorne && parts.transports().readsCookies();
    }

    void requireOpenHead(String operation) {
        if (head.isPresent()) {
            throw new IllegalStateException("too late to " + operation + ": the answer's head is written."
                    + " Do it before the first byte of the body");
        }
    }

    /** An answer to an old ticket may arrive after a newer sign-in's: it begins nothing and hands out nothing. */
    void requireNotOvertaken() {
        if (session.id().isEmpty() && caller.overtaken()) {
            throw ProblemException.of(Problem.sessionReplaced());
        }
    }

    void requireRunning(String operation) {
        if (finished) {
            throw new IllegalStateException("too late to " + operation + ": the exchange is over");
        }
    }

    /** A refusal by the session itself still carries the ticket that an older one in grace is owed. */
    private WebResponse refuseHandingOver(Problem problem) {
        WebResponse answer = parts.document(problem).with(origin.headers());
        if (problem.code().equals(Problem.ticketSuperseded().code())) {
            answer = answer.with(ticketLines());
        }
        head = Optional.of(new Head.Refused(answer));
        return answer;
    }

    private Head decideHead() {
        try {
            session.commit(this::countsAsActivity);
        } catch (RuntimeException e) {
            return new Head.Refused(answerFor(e));
        }
        List<Header> ticket = withoutTicket ? List.of() : ticketLines();
        boolean stale = caller.stale();
        boolean isPrivate = keepPrivate || stale || !ticket.isEmpty();
        if (!isPrivate && extra.isEmpty()) {
            return new Head.Ready(origin.headers());
        }
        List<Header> lines = new ArrayList<>(origin.headers());
        lines.addAll(ticket);
        lines.addAll(extra);
        if (stale) {
            lines.add(STALE);
        }
        if (isPrivate) {
            lines.add(PRIVATE);
        }
        return new Head.Ready(lines);
    }

    private boolean countsAsActivity() {
        return !untouched && (headerBorne || parts.origins().showsActivity(request));
    }

    private List<Header> ticketLines() {
        if (session.takesTicketBack()) {
            List<Header> cleared =
                    new ArrayList<>(List.of(line(parts.desk().cookie().cleared())));
            parts.forgery()
                    .readableCookie()
                    .map(name -> parts.desk().cookie().readableSibling(name, "").cleared())
                    .ifPresent(cookie -> cleared.add(line(cookie)));
            return cleared;
        }
        if (!session.sendsTicket()) {
            return List.of();
        }
        return session.token()
                .flatMap(token -> session.stored().map(known -> {
                    Duration rest = Duration.between(now(), known.expiresAt());
                    return line(parts.desk().cookie().cookie(token.reveal(), rest));
                }))
                .map(List::of)
                .orElse(List.of());
    }

    /** Without the session's key this node can make no token that would ever fit: the person waits for one that can. */
    private CsrfToken csrfOf(StoredSession known) {
        return parts.csrf()
                .forSession(known.id(), known.epoch(), known.token().kid())
                .orElseThrow(() -> StoreUnavailableException.during(
                        "csrf token",
                        new IllegalStateException("the key ring has no key "
                                + known.token().kid() + ": this node needs the file of the others, and a restart")));
    }

    private CsrfToken csrfBeforeSignIn() {
        Optional<String> known = parts.nonceIn(request);
        String nonce = known.orElseGet(parts.csrf()::nonce);
        if (known.isEmpty() && takesCookies()) {
            send(parts.nonceCookie(nonce));
        }
        return parts.csrf().forNonce(nonce);
    }

    private void send(SetCookie cookie) {
        extra.add(line(cookie));
    }

    private static Header line(SetCookie cookie) {
        return new Header("Set-Cookie", cookie.header());
    }
}
