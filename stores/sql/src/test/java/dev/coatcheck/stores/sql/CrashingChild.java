package dev.coatcheck.stores.sql;

import dev.coatcheck.store.Created;
import dev.coatcheck.store.EndReason;
import dev.coatcheck.store.PerUserLimit;
import dev.coatcheck.store.SessionStore;
import dev.coatcheck.store.StoredSession;
import dev.coatcheck.testkit.Sessions;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * A process that signs people in and out as fast as it can, until it is killed: prints {@code in ID} after a sign-in was
 * acknowledged, {@code ending ID} before a sign-out is asked for and {@code out ID} after it was acknowledged.
 */
final class CrashingChild {
    private static final PrintStream OUT = new PrintStream(System.out, true, StandardCharsets.US_ASCII);

    private CrashingChild() {}

    /** Arguments: the database's file, how many threads, how many sign-ins each. */
    public static void main(String[] arguments) throws InterruptedException {
        int each = Integer.parseInt(arguments[2]);
        try (SqlDatabase database = SqlDatabase.sqlite(Path.of(arguments[0]))) {
            SessionStore store = new SqlSessionStore(database);
            List<Thread> workers = new ArrayList<>();
            for (int i = 0; i < Integer.parseInt(arguments[1]); i++) {
                Thread worker = new Thread(() -> signInAndOut(store, each));
                worker.start();
                workers.add(worker);
            }
            for (Thread worker : workers) {
                worker.join();
            }
        }
        say("done", "");
    }

    private static void signInAndOut(SessionStore store, int times) {
        for (int i = 0; i < times; i++) {
            StoredSession session = Sessions.of(Sessions.user(), Instant.now())
                    .attribute("cart", "[1,2,3]")
                    .build();
            if (!(store.create(session, PerUserLimit.DEFAULT) instanceof Created.Stored)) {
                throw new IllegalStateException("not created");
            }
            say("in", session.id());
            if (i % 2 == 0) {
                say("ending", session.id());
                if (!store.end(session.id(), EndReason.SIGNED_OUT, Instant.now())) {
                    throw new IllegalStateException("not ended");
                }
                say("out", session.id());
            }
        }
    }

    /** One write a line: half a line is seen as such. */
    private static void say(String what, Object id) {
        synchronized (OUT) {
            OUT.print(what + " " + id + "\n");
            OUT.flush();
        }
    }
}
