-- Times are milliseconds since 1970-01-01T00:00:00Z. Secrets are hashes. Later releases add columns, they rename none:
-- an older node must still be able to end what a newer one wrote. Names and ids are compared by their bytes.

CREATE TABLE sessions (
    id               text COLLATE "C" NOT NULL PRIMARY KEY,
    format           integer NOT NULL,
    user_id          text COLLATE "C",
    user_name        text,
    roles            text,
    transport        text    NOT NULL,
    kid              integer NOT NULL,
    generation       integer NOT NULL,
    token_hash       bytea   NOT NULL,
    salt             bytea   NOT NULL,
    replaced         text    NOT NULL,
    confirmed        integer NOT NULL,
    epoch            integer NOT NULL,
    revision         bigint  NOT NULL,
    created_at       bigint  NOT NULL,
    authenticated_at bigint,
    last_seen_at     bigint  NOT NULL,
    idle_ms          bigint  NOT NULL,
    expires_at       bigint  NOT NULL,
    deadline         bigint  NOT NULL,
    device_name      text    NOT NULL,
    device_agent     text    NOT NULL,
    device_address   text    NOT NULL,
    ended_at         bigint,
    end_reason       text,
    dead_at          bigint GENERATED ALWAYS AS (coalesce(ended_at, deadline)) STORED,
    -- {"name": [version, "the value's JSON text"]}
    attributes       jsonb   NOT NULL
) WITH (fillfactor = 80);

CREATE INDEX sessions_of_user ON sessions (user_id, authenticated_at DESC, id) WHERE ended_at IS NULL;
CREATE INDEX sessions_by_death ON sessions (dead_at);

CREATE TABLE session_cutoffs (
    user_id    text COLLATE "C" NOT NULL PRIMARY KEY,
    not_before bigint NOT NULL,
    kept_until bigint NOT NULL
);

CREATE INDEX session_cutoffs_by_end ON session_cutoffs (kept_until);

CREATE TABLE users (
    -- the order of adding, by which lists go; no number is used twice
    seq           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    id            text COLLATE "C" NOT NULL UNIQUE,
    format        integer NOT NULL,
    -- what the person signs in with: as it is shown, and folded so that one name has one spelling
    username      text    NOT NULL,
    username_key  text COLLATE "C" NOT NULL UNIQUE,
    display_name  text    NOT NULL,
    roles         text    NOT NULL,
    -- a PHC string: algorithm, parameters, salt and hash; "!" when no password fits
    password_hash text    NOT NULL,
    disabled      integer NOT NULL,
    created_at    bigint  NOT NULL
);
