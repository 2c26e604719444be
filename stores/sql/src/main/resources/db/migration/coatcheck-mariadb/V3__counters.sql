-- What throttles count. Nobody's name or address: a kind, a colon and a SHA-256.

CREATE TABLE counters (
    counter    varchar(97) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
    -- both mean what the throttle that wrote them means by them
    tries      integer NOT NULL,
    counted_at bigint NOT NULL,
    expires_at bigint NOT NULL,
    INDEX counters_by_end (expires_at)
) ENGINE = InnoDB CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
