-- Times are milliseconds since 1970-01-01T00:00:00Z. Secrets are hashes. Later releases add columns, they rename none:
-- an older node must still be able to end what a newer one wrote.

CREATE TABLE sessions (
    id               TEXT    NOT NULL PRIMARY KEY,
    format           INTEGER NOT NULL,
    user_id          TEXT,
    user_name        TEXT,
    roles            TEXT,
    transport        TEXT    NOT NULL,
    kid              INTEGER NOT NULL,
    generation       INTEGER NOT NULL,
    token_hash       BLOB    NOT NULL,
    salt             BLOB    NOT NULL,
    replaced         TEXT    NOT NULL,
    confirmed        INTEGER NOT NULL,
    epoch            INTEGER NOT NULL,
    revision         INTEGER NOT NULL,
    created_at       INTEGER NOT NULL,
    authenticated_at INTEGER,
    last_seen_at     INTEGER NOT NULL,
    idle_ms          INTEGER NOT NULL,
    expires_at       INTEGER NOT NULL,
    deadline         INTEGER NOT NULL,
    device_name      TEXT    NOT NULL,
    device_agent     TEXT    NOT NULL,
    device_address   TEXT    NOT NULL,
    ended_at         INTEGER,
    end_reason       TEXT,
    dead_at          INTEGER GENERATED ALWAYS AS (coalesce(ended_at, deadline)) VIRTUAL,
    -- {"name": [version, "the value's JSON text"]}
    attributes       TEXT    NOT NULL
) STRICT;

CREATE INDEX sessions_of_user ON sessions (user_id, authenticated_at DESC, id) WHERE ended_at IS NULL;
CREATE INDEX sessions_by_death ON sessions (dead_at);

CREATE TABLE session_cutoffs (
    user_id    TEXT    NOT NULL PRIMARY KEY,
    not_before INTEGER NOT NULL,
    kept_until INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX session_cutoffs_by_end ON session_cutoffs (kept_until);

CREATE TABLE users (
    -- the order of adding, by which lists go; no number is used twice
    seq           INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    id            TEXT    NOT NULL UNIQUE,
    format        INTEGER NOT NULL,
    -- what the person signs in with: as it is shown, and folded so that one name has one spelling
    username      TEXT    NOT NULL,
    username_key  TEXT    NOT NULL UNIQUE,
    display_name  TEXT    NOT NULL,
    roles         TEXT    NOT NULL,
    -- a PHC string: algorithm, parameters, salt and hash; "!" when no password fits
    password_hash TEXT    NOT NULL,
    disabled      INTEGER NOT NULL,
    created_at    INTEGER NOT NULL
) STRICT;
