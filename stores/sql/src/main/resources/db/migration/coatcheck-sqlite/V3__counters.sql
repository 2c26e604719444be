-- What throttles count. Nobody's name or address: a kind, a colon and a SHA-256.

CREATE TABLE counters (
    counter    TEXT    NOT NULL PRIMARY KEY,
    -- both mean what the throttle that wrote them means by them
    tries      INTEGER NOT NULL,
    counted_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX counters_by_end ON counters (expires_at);
