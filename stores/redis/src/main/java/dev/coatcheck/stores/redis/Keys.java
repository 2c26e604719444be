package dev.coatcheck.stores.redis;

import dev.coatcheck.session.UserId;
import dev.coatcheck.token.SessionId;

/** The names of keys, the same as in {@code lib.lua}. What stands in braces decides where a Cluster keeps a key. */
record Keys(String prefix) {
    String record(SessionId id) {
        return prefix + ":{" + id + "}";
    }

    /** The channel that is told of every write. Channels know no databases, so its name does. */
    String signals(int database) {
        return prefix + ":signals:" + database;
    }

    String signIns(UserId user) {
        return signIns(RecordFormat.user(user));
    }

    /** Of a user as keys name them. */
    String signIns(String user) {
        return prefix + ":user:{" + user + "}:signins";
    }
}
