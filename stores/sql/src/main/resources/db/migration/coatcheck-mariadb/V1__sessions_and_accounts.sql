-- Times are milliseconds since 1970-01-01T00:00:00Z. Secrets are hashes. Later releases add columns, they rename none:
-- an older node must still be able to end what a newer one wrote. Names and ids are compared by their bytes.

CREATE TABLE sessions (
    id               varchar(64)  CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
    format           integer      NOT NULL,
    user_id          varchar(128) CHARACTER SET ascii COLLATE ascii_bin,
    user_name        text,
    roles            text,
    transport        varchar(32)  NOT NULL,
    kid              integer      NOT NULL,
    generation       integer      NOT NULL,
    token_hash       varbinary(64) NOT NULL,
    salt             varbinary(64) NOT NULL,
    replaced         text         NOT NULL,
    confirmed        integer      NOT NULL,
    epoch            integer      NOT NULL,
    revision         bigint       NOT NULL,
    created_at       bigint       NOT NULL,
    authenticated_at bigint,
    last_seen_at     bigint       NOT NULL,
    idle_ms          bigint       NOT NULL,
    expires_at       bigint       NOT NULL,
    deadline         bigint       NOT NULL,
    device_name      text         NOT NULL,
    device_agent     text         NOT NULL,
    device_address   text         NOT NULL,
    ended_at         bigint,
    end_reason       varchar(64),
    dead_at          bigint GENERATED ALWAYS AS (coalesce(ended_at, deadline)) VIRTUAL,
    -- {"name": [version, "the value's JSON text"]}
    attributes       longtext     NOT NULL,
    INDEX sessions_of_user (user_id, ended_at, authenticated_at DESC, id),
    INDEX sessions_by_death (dead_at)
) ENGINE = InnoDB CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE session_cutoffs (
    user_id    varchar(128) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
    not_before bigint NOT NULL,
    kept_until bigint NOT NULL,
    INDEX session_cutoffs_by_end (kept_until)
) ENGINE = InnoDB CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE users (
    -- the order of adding, by which lists go; no number is used twice
    seq           bigint       NOT NULL AUTO_INCREMENT PRIMARY KEY,
    id            varchar(128) CHARACTER SET ascii COLLATE ascii_bin NOT NULL UNIQUE,
    format        integer      NOT NULL,
    -- what the person signs in with: as it is shown, and folded so that one name has one spelling
    username      varchar(1024) NOT NULL,
    username_key  varchar(700)  NOT NULL UNIQUE,
    display_name  text         NOT NULL,
    roles         text         NOT NULL,
    -- a PHC string: algorithm, parameters, salt and hash; "!" when no password fits
    password_hash text         NOT NULL,
    disabled      integer      NOT NULL,
    created_at    bigint       NOT NULL
) ENGINE = InnoDB CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
