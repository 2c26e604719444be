-- Personal access tokens. Of a secret there is its SHA-256 alone; the name is what the person typed.

CREATE TABLE personal_tokens (
    id           TEXT    NOT NULL PRIMARY KEY,
    format       INTEGER NOT NULL,
    user_id      TEXT    NOT NULL,
    name         TEXT    NOT NULL,
    token_hash   BLOB    NOT NULL,
    scopes       TEXT    NOT NULL,
    created_at   INTEGER NOT NULL,
    expires_at   INTEGER,
    last_used_at INTEGER,
    revoked_at   INTEGER,
    dead_at      INTEGER GENERATED ALWAYS AS (coalesce(revoked_at, expires_at)) VIRTUAL
) STRICT;

CREATE INDEX personal_tokens_of_user ON personal_tokens (user_id, created_at DESC, id);
CREATE INDEX personal_tokens_by_death ON personal_tokens (dead_at) WHERE dead_at IS NOT NULL;

-- Lines through tickets that nobody looks up. The session store's own are session_cutoffs.

CREATE TABLE ticket_cutoffs (
    -- "user:" or "session:" and an id
    subject    TEXT    NOT NULL PRIMARY KEY,
    not_before INTEGER NOT NULL,
    kept_until INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX ticket_cutoffs_by_end ON ticket_cutoffs (kept_until);
