-- A sign-in looks for its user's old tombstones. The index of the living has none of them.

CREATE INDEX tombstones_of_user ON sessions (user_id, ended_at, id) WHERE ended_at IS NOT NULL;
