package dev.coatcheck.server.run;

import dev.coatcheck.session.SessionEvent;
import java.time.Duration;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.function.LongSupplier;

/**
 * Session events as lines of the log. The session's id opens nothing, and neither name nor address stands there.
 *
 * <p>What anybody can cause as often as they like is said once in {@link #PERIOD} for each kind, with the number of those that
 * were left out: a stranger can't fill the disk.
 */
final class EventLog implements SessionEvent.Listener {
    static final Duration PERIOD = Duration.ofSeconds(10);

    private static final System.Logger LOG = System.getLogger(RunningServer.class.getName());
    private static final Set<SessionEvent.Kind> GRAVE =
            EnumSet.of(SessionEvent.Kind.TICKET_REUSED, SessionEvent.Kind.COOKIE_PLANTED);
    private static final Set<SessionEvent.Kind> ANYBODYS = EnumSet.of(
            SessionEvent.Kind.TICKET_FOREIGN,
            SessionEvent.Kind.FORGERY_REFUSED,
            SessionEvent.Kind.SIGN_IN_REFUSED,
            SessionEvent.Kind.COOKIE_PLANTED);

    private final LongSupplier nanos;
    private final Map<SessionEvent.Kind, Said> said = new EnumMap<>(SessionEvent.Kind.class);

    EventLog(LongSupplier nanos) {
        this.nanos = nanos;
    }

    /** When a kind was said last, and how often it happened since. */
    private record Said(long at, long leftOut) {}

    @Override
    public void on(SessionEvent event) {
        long leftOut = ANYBODYS.contains(event.kind()) ? turnOf(event.kind()) : 0;
        if (leftOut >= 0) {
            LOG.log(
                    GRAVE.contains(event.kind()) ? System.Logger.Level.WARNING : System.Logger.Level.INFO,
                    () -> line(event) + (leftOut > 0 ? " and " + leftOut + " more since the last such line" : ""));
        }
    }

    /** How many were left out since the last line of this kind; negative when this one is left out too. */
    private synchronized long turnOf(SessionEvent.Kind kind) {
        long now = nanos.getAsLong();
        Said last = said.get(kind);
        if (last != null && now - last.at() < PERIOD.toNanos()) {
            said.put(kind, new Said(last.at(), last.leftOut() + 1));
            return -1;
        }
        said.put(kind, new Said(now, 0));
        return last == null ? 0 : last.leftOut();
    }

    private static String line(SessionEvent event) {
        return event.kind() + event.session().map(id -> " session=" + id).orElse("")
                + event.user().map(id -> " user=" + id).orElse("") + " (" + event.detail() + ")";
    }
}
