package dev.coatcheck.stores.redis;

import dev.coatcheck.session.UserId;
import dev.coatcheck.store.PerUserLimit;
import dev.coatcheck.token.SessionId;
import java.time.Instant;

/** A sign-in on its way: whose, on which session, proved when, living until when, and the limit it must keep. */
record SignIn(
        UserId user, SessionId session, Instant authenticatedAt, Instant deadline, Instant now, PerUserLimit limit) {
    String name() {
        return RecordFormat.user(user);
    }
}
