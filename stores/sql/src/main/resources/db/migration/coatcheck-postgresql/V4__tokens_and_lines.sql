-- Personal access tokens. Of a secret there is its SHA-256 alone; the name is what the person typed.

CREATE TABLE personal_tokens (
    id           text COLLATE "C" NOT NULL PRIMARY KEY,
    format       integer NOT NULL,
    user_id      text COLLATE "C" NOT NULL,
    name         text    NOT NULL,
    token_hash   bytea   NOT NULL,
    scopes       text    NOT NULL,
    created_at   bigint  NOT NULL,
    expires_at   bigint,
    last_used_at bigint,
    revoked_at   bigint,
    dead_at      bigint GENERATED ALWAYS AS (coalesce(revoked_at, expires_at)) STORED
) WITH (fillfactor = 80);

CREATE INDEX personal_tokens_of_user ON personal_tokens (user_id, created_at DESC, id);
CREATE INDEX personal_tokens_by_death ON personal_tokens (dead_at) WHERE dead_at IS NOT NULL;

-- Lines through tickets that nobody looks up. The session store's own are session_cutoffs.

CREATE TABLE ticket_cutoffs (
    -- "user:" or "session:" and an id
    subject    text COLLATE "C" NOT NULL PRIMARY KEY,
    not_before bigint NOT NULL,
    kept_until bigint NOT NULL
);

CREATE INDEX ticket_cutoffs_by_end ON ticket_cutoffs (kept_until);
