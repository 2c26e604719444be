-- What throttles count. Nobody's name or address: a kind, a colon and a SHA-256.

CREATE TABLE counters (
    counter    text COLLATE "C" NOT NULL PRIMARY KEY,
    -- both mean what the throttle that wrote them means by them
    tries      integer NOT NULL,
    counted_at bigint NOT NULL,
    expires_at bigint NOT NULL
) WITH (fillfactor = 70);

CREATE INDEX counters_by_end ON counters (expires_at);
