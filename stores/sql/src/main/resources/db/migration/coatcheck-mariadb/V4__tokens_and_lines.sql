-- Each statement commits by itself here: a node that dies in between leaves some of them, and the next one does the rest.

-- Personal access tokens. Of a secret there is its SHA-256 alone; the name is what the person typed.

CREATE TABLE IF NOT EXISTS personal_tokens (
    id           varchar(64)  CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
    format       integer      NOT NULL,
    user_id      varchar(128) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    name         text         NOT NULL,
    token_hash   varbinary(64) NOT NULL,
    scopes       text         NOT NULL,
    created_at   bigint       NOT NULL,
    expires_at   bigint,
    last_used_at bigint,
    revoked_at   bigint,
    dead_at      bigint GENERATED ALWAYS AS (coalesce(revoked_at, expires_at)) VIRTUAL,
    INDEX personal_tokens_of_user (user_id, created_at DESC, id),
    INDEX personal_tokens_by_death (dead_at)
) ENGINE = InnoDB CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- Whoever makes a token locks the row of its user's group: MariaDB can't lock what is not there yet.

CREATE TABLE IF NOT EXISTS personal_token_locks (
    user_group integer NOT NULL PRIMARY KEY
) ENGINE = InnoDB;

INSERT IGNORE INTO personal_token_locks (user_group) VALUES
    (0), (1), (2), (3), (4), (5), (6), (7), (8), (9), (10), (11), (12), (13), (14), (15);

-- Lines through tickets that nobody looks up. The session store's own are session_cutoffs.

CREATE TABLE IF NOT EXISTS ticket_cutoffs (
    -- "user:" or "session:" and an id
    subject    varchar(160) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
    not_before bigint NOT NULL,
    kept_until bigint NOT NULL,
    INDEX ticket_cutoffs_by_end (kept_until)
) ENGINE = InnoDB CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
